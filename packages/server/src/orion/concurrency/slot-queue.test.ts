import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql, type WorkspaceDatabase } from "../../platform/database/index.ts";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { acquireInTurn, releaseSlots } from "./queries.ts";
import { SlotQueue } from "./slot-queue.ts";
import type { SlotAnswer, SlotAsk } from "./slot-waiter.ts";

let opened: TestDatabase;
let database: WorkspaceDatabase;
let queue: SlotQueue;
/** How many callers each round trip for slots asked for. */
let rounds: number[];
/** Callers who have been served or told to wait. */
let heard: Set<string>;

beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  await run(sql`truncate orion.concurrency_limit, orion.concurrency_lease cascade`);
  const real = opened.databases.orion.workspace(DEFAULT_WORKSPACE_ID);
  rounds = [];
  heard = new Set();
  database = Object.create(real, {
    all: {
      value: (statement: unknown, ...given: unknown[]) => {
        if (statement === acquireInTurn) rounds.push((JSON.parse(String(given[0])) as unknown[]).length);
        return (real.all as (...all: unknown[]) => Promise<unknown>)(statement, ...given);
      },
    },
  }) as WorkspaceDatabase;
  queue = new SlotQueue(database);
});
afterAll(() => opened.close());

const run = (text: ReturnType<typeof sql>) => opened.databases.orion.system.compose(() => text);

async function limit(name: string, slots: number, decay = 0): Promise<string> {
  const id = crypto.randomUUID();
  await run(sql`insert into orion.concurrency_limit (workspace_id, id, name, "limit", slot_decay_per_second)
    values (${DEFAULT_WORKSPACE_ID}, ${id}, ${name}, ${slots}, ${decay})`);
  return id;
}

interface Caller {
  readonly lease: string;
  readonly answer: Promise<SlotAnswer>;
  /** Undefined while it waits, then whether it has its slots. */
  served?: boolean;
}

interface Asking extends Partial<SlotAsk> {
  readonly hold?: number;
  readonly key?: string;
  readonly gone?: AbortSignal;
}

const FOR_EVER = 3600;
const order: string[] = [];

function ask(names: string[], { hold = FOR_EVER, key = crypto.randomUUID(), gone, ...rest }: Asking = {}): Caller {
  const lease = crypto.randomUUID();
  const asked = { names, slots: 1, rateLimit: false, lease, holder: null, leaseSeconds: FOR_EVER, ...rest };
  const holdFor = () => (heard.add(lease), hold);
  const caller: Caller = { lease, answer: queue.take(asked, { key, gone, holdFor }) };
  const hear = ({ limits }: SlotAnswer) => {
    heard.add(lease);
    caller.served = limits.length > 0 && limits.every(({ acquired }) => acquired);
    if (caller.served) order.push(lease);
  };
  caller.answer.then(hear, () => {});
  return caller;
}

/** Ends the caller's lease as a request does: ends it, then tells the queue. */
async function release({ lease }: Caller): Promise<void> {
  const ended = await database.first(releaseSlots, [lease]);
  queue.freed(ended?.limits ?? [], ended?.slots);
}

const served = (caller: Caller) => expect.poll(() => caller.served).toBe(true);
/** Resolves when so many callers have been served or know that they wait. */
const asked = (count: number) => expect.poll(() => heard.size).toBeGreaterThanOrEqual(count);

describe("callers who find a limit full", () => {
  it("are served in the order in which they came, each by the release of one slot", async () => {
    await limit("one", 1);
    const callers = Array.from({ length: 20 }, () => ask(["one"]));
    order.length = 0;
    for (const caller of callers) {
      await served(caller);
      await release(caller);
    }
    expect(order).toEqual(callers.map(({ lease }) => lease));
  });

  it("are not stirred by a release that is not for them", async () => {
    await limit("one", 1);
    const [first, second, ...others] = Array.from({ length: 200 }, () => ask(["one"]));
    await asked(200);
    rounds.length = 0;
    if (first !== undefined) await release(first);
    if (second !== undefined) await served(second);
    // One that serves, one that finds no more, and on a slow machine one of the alarm's.
    expect(rounds.length).toBeLessThanOrEqual(4);
    expect(Math.max(...rounds)).toBeLessThanOrEqual(8);
    expect(others.filter((caller) => caller.served !== undefined)).toEqual([]);
  });

  it("are not asked for while others stand before them for the same limit", async () => {
    await limit("one", 1);
    Array.from({ length: 300 }, () => ask(["one"]));
    await asked(300);
    expect(rounds[0]).toBe(64);
    expect(Math.max(0, ...rounds.slice(1))).toBeLessThanOrEqual(8);
  });

  it("are told at once what no waiting mends, wherever they stand", async () => {
    await limit("one", 1);
    const callers = [ask(["one"]), ask(["one"])];
    await asked(2);
    rounds.length = 0;
    const { limits } = await ask(["one"], { slots: 2, hold: 0 }).answer;
    expect(limits).toMatchObject([{ name: "one", limit: 1, acquired: false }]);
    expect(rounds.length).toBeGreaterThan(0);
    expect(callers[1]?.served).toBeUndefined();
  });

  it("have the answer of a request that they repeat, wherever they stand", async () => {
    await limit("one", 1);
    const holder = ask(["one"], { mayRepeat: true });
    await served(holder);
    ask(["one"]);
    await asked(2);
    await served(ask(["one"], { lease: holder.lease, mayRepeat: true }));
  });

  it("have slots that came free together by one round trip", async () => {
    await limit("ten", 10);
    const callers = Array.from({ length: 40 }, () => ask(["ten"]));
    await asked(40);
    const holders = callers.slice(0, 10).map(({ lease }) => lease);
    rounds.length = 0;
    const ended = await database.first(releaseSlots, holders);
    queue.freed(ended?.limits ?? [], ended?.slots);
    for (const caller of callers.slice(10, 20)) await served(caller);
    expect(rounds[0]).toBe(11);
    expect(callers[20]?.served).toBeUndefined();
  });

  it("share round trips", async () => {
    await limit("many", 100);
    const callers = Array.from({ length: 100 }, () => ask(["many"]));
    for (const caller of callers) await served(caller);
    expect(rounds.length).toBeLessThan(5);
  });

  it("are all served when a raised limit has room for more than are asked for at a time", async () => {
    const id = await limit("one", 1);
    const callers = Array.from({ length: 30 }, () => ask(["one"]));
    await asked(30);
    await run(sql`update orion.concurrency_limit set "limit" = 30`);
    queue.freed([id]);
    for (const caller of callers) await served(caller);
  });

  it("are sent away when they have waited long enough", async () => {
    await limit("one", 1);
    await served(ask(["one"]));
    const { limits, heldSeconds } = await ask(["one"], { hold: 0.01 }).answer;
    expect(limits).toMatchObject([{ name: "one", acquired: false }]);
    expect(heldSeconds).toBeGreaterThan(0);
  });

  it("find their place again when they come back", async () => {
    await limit("one", 1);
    const holder = ask(["one"]);
    await served(holder);
    await ask(["one"], { hold: 0.01, key: "patient" }).answer;
    const newcomer = ask(["one"]);
    await asked(3);
    const patient = ask(["one"], { key: "patient" });
    await asked(4);
    await release(holder);
    await served(patient);
    expect(newcomer.served).toBeUndefined();
  });

  it("are passed over when they have gone, and get nothing", async () => {
    await limit("one", 1);
    const holder = ask(["one"]);
    await served(holder);
    const gone = new AbortController();
    const [left, next] = [ask(["one"], { gone: gone.signal }), ask(["one"])];
    await asked(3);
    gone.abort();
    await left.answer;
    await release(holder);
    await served(next);
    expect(left.served).toBe(false);
  });

  it("have a slot when the lease of its holder ends, though nobody tells of it", async () => {
    await limit("one", 1);
    await served(ask(["one"], { leaseSeconds: 0.2 }));
    await served(ask(["one"]));
  });

  it("have slots of a rate limit when enough have decayed", async () => {
    await limit("rate", 2, 20);
    await served(ask(["rate"], { slots: 2, lease: null }));
    await served(ask(["rate"], { slots: 2, lease: null }));
  });

  it("are told when the database fails, and those after them are served", async () => {
    await limit("one", 1);
    const broken = ask(["one"], { holder: { type: "flow_run", id: "not an id" } });
    await expect(broken.answer).rejects.toThrow();
    await served(ask(["one"]));
  });
});

describe("those who came first", () => {
  it("are not overtaken by those who ask for less", async () => {
    await limit("three", 3);
    const holders = [ask(["three"]), ask(["three"]), ask(["three"])];
    for (const holder of holders) await served(holder);
    const [large, small] = [ask(["three"], { slots: 3 }), ask(["three"])];
    await asked(5);
    for (const holder of holders) await release(holder);
    await served(large);
    expect(small.served).toBeUndefined();
    await release(large);
    await served(small);
  });

  it("let others pass while a limit of theirs is full that the others do not need", async () => {
    await limit("free", 1);
    await limit("full", 1);
    const holder = ask(["full"]);
    await served(holder);
    const both = ask(["free", "full"]);
    await asked(2);
    const passing = ask(["free"]);
    await served(passing);
    await release(passing);
    await release(holder);
    await served(both);
  });
});
