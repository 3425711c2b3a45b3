import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { chanceOf } from "../../testing/chance.ts";
import { dieAfter } from "../../testing/dying.ts";
import { bodyOf } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { releaseExpiredLeases } from "./index.ts";

const LIMITS = "/v2/concurrency_limits";
const MONTH = 30 * 86_400;
const RUSHES = 12;
/** Something happens on full minutes only, and leases end half a minute from those: what a step really takes changes nothing. */
const MINUTE = 60;
const SLOTS = 3;
const HOLDERS = 6;

vi.setConfig({ testTimeout: 120_000 });

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0" } });
});
afterAll(() => server.close());

/** Whoever works with a slot for some minutes, if nothing happens to it. */
interface Holder {
  readonly duration: number;
  minutes: number;
  lease: string | undefined;
  /** The virtual second at which its lease ends unless it renews. */
  until: number;
  alive: boolean;
}

const system = () => server.deps.databases.orion.system;

/** Lets virtual time pass: PostgreSQL tells leases by its own clock, so that what is stored becomes older. */
const pass = (seconds: number) =>
  system().compose(
    () => sql`update orion.concurrency_lease
      set expiration = expiration - make_interval(secs => ${seconds}), created = created - make_interval(secs => ${seconds})`,
  );

/** The sweep of a server that dies at one of its statements, or does not. */
async function sweep(chance: () => number): Promise<void> {
  const { databases } = dieAfter(server.deps.databases, Math.floor(chance() * 4));
  await releaseExpiredLeases(databases.orion, 100).catch((error: unknown) => {
    if (!String(error).includes("killed")) throw error;
  });
}

/** A month of one limit, and what its slots must be by now. */
class Month {
  readonly name: string;
  readonly #chance: () => number;
  #now = 0;
  holders: Holder[] = [];

  constructor(name: string, chance: () => number) {
    this.name = name;
    this.#chance = chance;
  }

  held(): number {
    return this.holders.filter(({ lease, until }) => lease !== undefined && until > this.#now).length;
  }

  rush(): void {
    this.holders = Array.from({ length: HOLDERS }, () => ({
      duration: MINUTE * (1 + Math.floor(this.#chance() * 5)) + MINUTE / 2,
      minutes: 1 + Math.floor(this.#chance() * 6),
      lease: undefined,
      until: 0,
      alive: true,
    }));
  }

  async advance(seconds: number): Promise<void> {
    await pass(seconds);
    this.#now += seconds;
  }

  /** What a holder does in a minute: dies, misses its renewal, is late with it, gives back, waits for a slot. */
  async step(holder: Holder): Promise<void> {
    if (!holder.alive) return;
    if (holder.lease === undefined) return this.#take(holder);
    holder.minutes -= 1;
    const fate = this.#chance();
    if (fate < 0.15) holder.alive = false;
    else if (holder.minutes <= 0) await this.#release(holder, holder.lease);
    else if (fate < 0.8) await this.#renew(holder, holder.lease);
  }

  async #take(holder: Holder): Promise<void> {
    const free = this.held() < SLOTS;
    const asked = { names: [this.name], slots: 1, lease_duration: holder.duration };
    const answer = await server.ask("POST", `${LIMITS}/increment-with-lease`, asked);
    expect([answer.status < 300, this.#now]).toEqual([free, this.#now]);
    if (!free) return;
    holder.lease = bodyOf<{ lease_id: string }>(answer).lease_id;
    holder.until = this.#now + holder.duration;
  }

  async #renew(holder: Holder, lease: string): Promise<void> {
    const { status } = await server.ask("POST", `${LIMITS}/leases/${lease}/renew`, { lease_duration: holder.duration });
    const lives = holder.until > this.#now;
    expect([status === 204, this.#now]).toEqual([lives, this.#now]);
    if (lives) holder.until = this.#now + holder.duration;
    else holder.alive = false;
  }

  async #release(holder: Holder, lease_id: string): Promise<void> {
    await server.ask("POST", `${LIMITS}/decrement-with-lease`, { lease_id });
    holder.until = this.#now;
    holder.alive = false;
  }

  async expectRightCount(): Promise<void> {
    const { active_slots } = bodyOf<{ active_slots: number }>(await server.ask("GET", `${LIMITS}/${this.name}`));
    expect([active_slots, this.#now]).toEqual([this.held(), this.#now]);
  }
}

// A seed that failed is put here, and stays.
test.each([1, 2, 3])(
  "in a simulated month of holders that die or forget to renew and sweeps that are killed, slots in use are those of live leases (seed %i)",
  async (seed) => {
    const chance = chanceOf(seed);
    const month = new Month(`month-${seed}`, chance);
    bodyOf(await server.ask("POST", `${LIMITS}/`, { name: month.name, limit: SLOTS }));
    for (let rush = 0; rush < RUSHES; rush += 1) {
      month.rush();
      for (let minute = 0; minute < 20; minute += 1) {
        await month.advance(MINUTE);
        for (const holder of month.holders) await month.step(holder);
        await Promise.all([sweep(chance), sweep(chance)]);
        await month.expectRightCount();
      }
      // Whoever died is out of time: nobody has lost a slot for good.
      await month.advance(MONTH / RUSHES - 20 * MINUTE);
      await month.expectRightCount();
      expect(month.held()).toBe(0);
    }
    await releaseExpiredLeases(server.deps.databases.orion, 100);
    expect(await system().compose(() => sql`select id from orion.concurrency_lease`)).toEqual([]);
  },
);
