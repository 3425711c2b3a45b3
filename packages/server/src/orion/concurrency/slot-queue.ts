import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { Places } from "./places.ts";
import { acquireInTurn, type TurnRow } from "./queries.ts";
import { isSingle, type Patience, requestOf, type SlotAnswer, type SlotAsk, type Waiter, waitsWith } from "./slot-waiter.ts";

/** The most callers of one round trip. */
const ROUND = 64;
/**
 * Of those who wait for one limit so many are asked for at a time, or one more than slots came free; when all of them are served,
 * the next are. Holders that began together end together: of ten slots two used to wait for a round trip more than the others.
 */
const HEADS = 8;
/** Callers held at once; whoever comes beyond is sent away to come again. */
const MOST_WAITERS = 5000;

/**
 * Callers for slots of one workspace, in the order in which they came. Whoever finds a limit full is held for a while: when
 * a slot comes free, the first of them has it after one round trip, and the others are not stirred. Callers that come
 * while a round trip is under way share the next one, so that a limit admits more of them than commits. Whoever comes to wait
 * behind others for the same limit is not asked for before its turn: a crowd of a thousand took sixteen round trips of ten
 * milliseconds to learn that it had to wait, and slots that came free meanwhile waited with it.
 *
 * Nothing here is a record: slots are rows, and a caller that is lost with this process comes again.
 */
export class SlotQueue {
  readonly #database: WorkspaceDatabase;
  readonly #places = new Places();
  /** In the order of their places. */
  #waiters: Waiter[] = [];
  #unasked = 0;
  /** Limits that may have room since the last round, and for how many slots; `all` when nobody knows which. */
  readonly #freed = new Map<string, number>();
  /** Whether the last round refused anybody. */
  #refused = false;
  #running = false;
  #scheduled = false;
  #alarm: NodeJS.Timeout | undefined;

  constructor(database: WorkspaceDatabase) {
    this.#database = database;
  }

  /** Resolves with slots, or with a refusal that no waiting would mend, or when the wait is over. */
  take(ask: SlotAsk, patience: Patience): Promise<SlotAnswer> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        ask,
        patience,
        place: this.#places.take(patience.key),
        arrived: performance.now(),
        limits: [],
        asked: false,
        inFlight: false,
        overdue: false,
        roomAt: Infinity,
        timer: undefined,
        settle: resolve,
        fail: reject,
      };
      patience.gone?.addEventListener("abort", () => this.#refuse(waiter), { once: true });
      this.#insert(waiter);
      this.#unasked += 1;
      this.#schedule();
    });
  }

  /** Tells that these limits may have room; undefined for any. `slots` is how many came free, where somebody counted. */
  freed(limits?: readonly string[], slots = 0): void {
    if (this.#waiters.length === 0) return;
    for (const limit of limits ?? [ANY]) this.#free(limit, slots);
    this.#schedule();
  }

  #free(limit: string, slots: number): void {
    this.#freed.set(limit, (this.#freed.get(limit) ?? 0) + slots);
  }

  #insert(waiter: Waiter): void {
    const behind = this.#waiters.findLastIndex(({ place }) => place <= waiter.place);
    this.#waiters.splice(behind + 1, 0, waiter);
  }

  #schedule(): void {
    if (this.#running || this.#scheduled) return;
    this.#scheduled = true;
    // Not a microtask: the requests that one read of the sockets delivered are each a task of their own.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#unasked > 0 || this.#freed.size > 0) await this.#round();
    this.#running = false;
    this.#setAlarm();
  }

  async #round(): Promise<void> {
    const { round, behind } = this.#nextRound();
    this.#freed.clear();
    for (const { waiter, ahead } of behind) this.#standBehind(waiter, ahead);
    if (round.length === 0) return;
    const now = performance.now();
    // Where nobody waits and nobody was refused, the limits have room more likely than not.
    const likely = !this.#refused && round.length === this.#waiters.length;
    const requests = round.map(({ waiter, look }, turn) => requestOf(waiter, turn, { look, likely }, now));
    for (const { waiter } of round) this.#begin(waiter);
    try {
      const rows = await this.#database.all(acquireInTurn, JSON.stringify(requests));
      const answers = Map.groupBy(rows, ({ turn }) => turn);
      round.forEach(({ waiter, look }, turn) => this.#hear(waiter, answers.get(turn) ?? [], look));
      // Where nobody was refused there may be room for those who have not been asked for.
      const full = new Set(rows.filter(({ acquired }) => !acquired).map(({ id }) => id));
      for (const { id } of rows) if (!full.has(id)) this.#free(id, 0);
      this.#refused = full.size > 0;
    } catch (error) {
      for (const { waiter } of round) if (this.#leave(waiter)) waiter.fail(error);
    }
  }

  #begin(waiter: Waiter): void {
    if (!waiter.asked) this.#unasked -= 1;
    waiter.asked = true;
    waiter.inFlight = true;
  }

  /** Those to ask for: who is new, and before them the first who wait for a limit that they or a release touch; and who need not be. */
  #nextRound(): { round: { waiter: Waiter; look: boolean }[]; behind: { waiter: Waiter; ahead: Waiter }[] } {
    const touched = new Set(
      this.#unasked === 0 ? [] : this.#waiters.filter(({ asked }) => !asked).flatMap(({ ask }) => ask.names),
    );
    const heads = Math.max(HEADS, ...[...this.#freed.values()].map((slots) => slots + 1));
    const ahead = new Map<string, number>();
    const refused = new Map<string, Waiter>();
    const passedOver = new Set<string>();
    const round: { waiter: Waiter; look: boolean }[] = [];
    const behind: { waiter: Waiter; ahead: Waiter }[] = [];
    for (const waiter of this.#waiters) {
      const { names } = waiter.ask;
      if (round.length === ROUND) break;
      const leader = refused.get(names[0] ?? "");
      if (!waiter.asked) {
        if (leader !== undefined && waitsWith(waiter, leader)) {
          behind.push({ waiter, ahead: leader });
          continue;
        }
        round.push({ waiter, look: names.some((name) => passedOver.has(name)) });
      } else {
        if (isSingle(waiter.ask) && waiter.limits.length > 0) refused.set(names[0] ?? "", waiter);
        if (!this.#mayHaveRoom(waiter, touched) || names.some((name) => (ahead.get(name) ?? 0) >= heads)) {
          for (const name of names) if (touched.has(name)) passedOver.add(name);
          continue;
        }
        round.push({ waiter, look: false });
      }
      for (const name of names) ahead.set(name, (ahead.get(name) ?? 0) + 1);
    }
    return { round, behind };
  }

  /** Holds a waiter that would learn only what one before it has learnt. */
  #standBehind(waiter: Waiter, { limits, roomAt }: Waiter): void {
    this.#unasked -= 1;
    Object.assign(waiter, { asked: true, limits, roomAt });
    this.#hold(waiter, false);
  }

  #mayHaveRoom({ ask, limits }: Waiter, touched: ReadonlySet<string>): boolean {
    if (this.#freed.has(ANY)) return true;
    return limits.some(({ id }) => this.#freed.has(id)) || ask.names.some((name) => touched.has(name));
  }

  #hear(waiter: Waiter, limits: readonly TurnRow[], looked: boolean): void {
    waiter.inFlight = false;
    if (limits.every(({ acquired }) => acquired)) {
      this.#leave(waiter);
      return waiter.settle({ limits, heldSeconds: secondsSince(waiter.arrived) });
    }
    const first = waiter.limits.length === 0;
    waiter.limits = limits;
    waiter.roomAt = performance.now() + 1000 * Math.min(...limits.map(({ room_in }) => room_in || Infinity));
    if (waiter.patience.gone?.aborted || waiter.overdue) return this.#refuse(waiter);
    if (first) this.#hold(waiter, looked);
  }

  #hold(waiter: Waiter, looked: boolean): void {
    const seconds = this.#waiters.length > MOST_WAITERS ? 0 : waiter.patience.holdFor(waiter.limits);
    if (seconds <= 0) return this.#refuse(waiter);
    // Whoever was only let look stands behind others, and is asked for when they have been.
    if (looked) for (const { id } of waiter.limits) this.#free(id, 0);
    waiter.timer = setTimeout(() => this.#refuse(waiter), seconds * 1000).unref();
  }

  #refuse(waiter: Waiter): void {
    waiter.overdue = true;
    // The answer that is under way may be slots; whoever serves a caller that has gone gives them back.
    if (waiter.inFlight || !this.#leave(waiter)) return;
    if (!waiter.asked) this.#unasked -= 1;
    this.#places.keep(waiter.patience.key, waiter.place);
    waiter.settle({ limits: waiter.limits, heldSeconds: secondsSince(waiter.arrived) });
  }

  #leave(waiter: Waiter): boolean {
    clearTimeout(waiter.timer);
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return false;
    this.#waiters.splice(at, 1);
    return true;
  }

  /** Time makes room too: a slot decays, or a lease ends that nobody renewed. */
  #setAlarm(): void {
    clearTimeout(this.#alarm);
    if (this.#waiters.length === 0) return;
    const now = performance.now();
    // Whose time has come already was asked for, or has others before it.
    const next = this.#waiters.reduce((soonest, { roomAt }) => (roomAt > now ? Math.min(soonest, roomAt) : soonest), Infinity);
    this.#alarm = setTimeout(() => this.freed(), Math.min(Math.ceil(next - now), LONGEST_ALARM_SECONDS * 1000)).unref();
  }
}

const ANY = "all";
/** However long the next lease has to live: a limit may change without our hearing of it. */
const LONGEST_ALARM_SECONDS = 5;

const secondsSince = (moment: number) => (performance.now() - moment) / 1000;
