import { type Worker, services } from "@praetor/topology";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { databaseNow } from "../../src/platform/database/index.ts";
import { chanceOf } from "../../src/testing/chance.ts";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";
import type { HostOrders } from "./host.ts";
import { settle, violations } from "./invariants.ts";
import { Replica } from "./replica.ts";
import { Work } from "./work.ts";

/** How often each loop is killed; without it, all of them together are killed a few times. `npm run loops:kill` asks for 100. */
const KILLS = Number(process.env["LOOP_KILLS"] ?? 0);
const FEW = 10;
const SEED = Number(process.env["LOOP_SEED"] ?? 20_261_129);

interface Victim {
  readonly victim: Worker | null;
  readonly kills: number;
  /** Statements after which a life ends at the latest: two or more passes with something to do. */
  readonly longestLife: number;
}

const workers = services.flatMap((service) => service.workers ?? []);
const victims: readonly Victim[] =
  KILLS === 0
    ? [{ victim: null, kills: FEW, longestLife: 250 }]
    : workers.map((victim) => ({ victim, kills: KILLS, longestLife: 16 }));

vi.setConfig({ testTimeout: 120_000 + (KILLS || FEW) * 15_000 });

describe.each(victims)("two replicas of every loop", ({ victim, kills, longestLife }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server.close());

  /** Lives of one replica, one after the other, each killed at its point; the next one is loaded while this one lives. */
  async function livesOf(plans: readonly HostOrders[], work: Work): Promise<string> {
    let complaints = "";
    let next = new Replica(server.databaseUrl);
    for (const [life, orders] of plans.entries()) {
      const replica = next;
      next = new Replica(server.databaseUrl);
      // In a short run for each life; in a long one there is always some left.
      await Promise.all([replica.run(orders), kills === FEW || life % 4 === 0 ? work.make() : undefined]);
      await replica.ended();
      complaints += replica.complaints;
    }
    await next.kill();
    return complaints;
  }

  /** Every other life is that of the second replica, whose clock is ten minutes off, and jumps back by an hour. */
  function planOf(chance: () => number, kill: number): HostOrders {
    const off = kill % 2 === 1;
    return {
      victim,
      statements: 1 + Math.floor(chance() * longestLife),
      milliseconds: Math.floor(chance() * 8),
      longest: 2000,
      signal: "SIGKILL",
      clockOff: off ? (chance() < 0.5 ? 600 : -600) : 0,
      clockJump: off ? -3600 : 0,
    };
  }

  test(`of which ${victim ?? "all"} is killed ${kills} times at random statements do all work once (seed ${SEED})`, async () => {
    const { orion } = server.deps.databases;
    const chance = chanceOf(SEED);
    const plans = Array.from({ length: kills }, (_, kill) => planOf(chance, kill));
    const begun = await databaseNow(orion);
    const work = await Work.open(server);
    const complaints = await Promise.all(
      [0, 1].map((own) =>
        livesOf(
          plans.filter((_, kill) => kill % 2 === own),
          work,
        ),
      ),
    );
    expect(complaints.join("")).toBe("");
    const settled = await settle(server, work);
    expect(await violations(orion.system, work, { begun, settled })).toEqual([]);
  });
});
