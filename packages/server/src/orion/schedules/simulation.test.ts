import { addSeconds, Schedule, type Timestamp } from "@praetor/wire";
import { array, assert, asyncProperty, constantFrom, integer, option, record, tuple } from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sql, type SystemDatabase, type SystemExecutor } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeDeployment } from "../deployments/testing.ts";
import { instantsOf, scheduleRuns, type SchedulerDeps } from "./index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());
beforeEach(() => server.deps.databases.orion.system.compose(() => sql`truncate orion.deployment, orion.flow_run cascade`));

const BEGIN = "2030-03-30T00:00:00Z" as Timestamp;
const DAY = 86_400;
const DAYS = 1.5;

/** Schedules of every kind, over the weekend on which Europe puts its clocks forward. */
const SCHEDULES = [
  { cron: "*/30 * * * *", timezone: "Europe/Berlin" },
  { cron: "15 2 * * *", timezone: "Europe/Berlin" },
  { interval: 3600, anchor_date: "2030-01-01T00:10:00Z" },
  { interval: DAY, anchor_date: "2030-01-01T01:30:00Z", timezone: "Europe/Berlin" },
  { rrule: "DTSTART:20300101T000000\nRRULE:FREQ=HOURLY;INTERVAL=5", timezone: "Europe/Berlin" },
];

class Killed extends Error {}

/** What a scheduler stands on, which ends in the middle of its pass, after so many statements. */
function mortal(statements: number): SchedulerDeps {
  const { orion } = server.deps.databases;
  let left = statements;
  const counted = (tx: SystemExecutor): SystemExecutor => ({
    all: (statement, ...params) => (left-- > 0 ? tx.all(statement, ...params) : Promise.reject(new Killed("killed"))),
    first: (statement, ...params) => tx.first(statement, ...params),
    compose: (build, options) => tx.compose(build, options),
    workspace: (id) => tx.workspace(id),
  });
  const system: SystemDatabase = {
    ...counted(orion.system),
    transaction: (work) => orion.system.transaction((tx) => work(counted(tx))),
  };
  return {
    ...server.deps,
    databases: {
      ...server.deps.databases,
      orion: { ...orion, workspace: (id) => orion.workspace(id), close: () => orion.close(), system },
    },
  };
}

/** One pass: when it is, how far the clock of its scheduler is off, and after how many statements it is killed, if it is. */
interface Step {
  readonly minutes: number;
  readonly replicas: readonly { readonly off: number; readonly killedAfter: number | null }[];
}

const replica = record({
  // Right, ten minutes off, or an hour back.
  off: constantFrom(0, 600, -600, -3600),
  killedAfter: option(integer({ min: 0, max: 3 }), { freq: 2 }),
});
const steps = array(record({ minutes: integer({ min: 1, max: 12 }), replicas: tuple(replica, replica) }), {
  minLength: 1,
  maxLength: 12,
});

async function pass({ off, killedAfter }: Step["replicas"][number], now: Timestamp): Promise<void> {
  const deps = killedAfter === null ? server.deps : mortal(killedAfter);
  try {
    await scheduleRuns(deps, { now: addSeconds(now, off) });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

test("two schedulers with clocks that are off and jump, killed at any statement, make one run for each instant and skip none", async () => {
  await assert(
    asyncProperty(array(steps, { minLength: 2, maxLength: 4 }), async (rounds) => {
      const { system } = server.deps.databases.orion;
      await system.compose(() => sql`truncate orion.deployment, orion.flow_run cascade`);
      const { id, schedules } = await makeDeployment(server, { schedules: SCHEDULES.map((schedule) => ({ schedule })) });
      await system.compose(
        () =>
          sql`update orion.deployment_schedule set due = ${BEGIN}::timestamptz, scheduled_until = ${BEGIN}::timestamptz - interval '1 microsecond'`,
      );
      let now = BEGIN;
      // The faults come in rounds with a quiet hour between them, as long as the weekend lasts.
      for (let round = 0; now < addSeconds(BEGIN, DAYS * DAY); round += 1) {
        for (const { minutes, replicas } of rounds[round % rounds.length] ?? []) {
          now = addSeconds(now, minutes * 60);
          await Promise.all(replicas.map((each) => pass(each, now)));
        }
        now = addSeconds(now, 3000);
        await pass({ off: 0, killedAfter: null }, now);
      }
      await expectOneRunEach(
        id,
        schedules.map((schedule) => schedule.id),
        now,
      );
    }),
    { numRuns: Number(process.env["SIMULATIONS"] ?? 2), seed: Number(process.env["SEED"] ?? 20_261_129) },
  );
}, 120_000);

async function expectOneRunEach(deploymentId: string, scheduleIds: readonly string[], now: Timestamp): Promise<void> {
  const made = await server.deps.databases.orion.system.compose<{
    schedule: string;
    at: Timestamp;
    schedule_json: { value(): unknown };
  }>(
    () => sql`
      select run.created_by ->> 'id' as schedule, run.expected_start_time as at, schedule.schedule as schedule_json
      from orion.flow_run as run
      join orion.deployment_schedule as schedule on schedule.id::text = run.created_by ->> 'id'
      where run.deployment_id = ${deploymentId} and run.expected_start_time <= ${now}::timestamptz order by at`,
  );
  for (const id of scheduleIds) {
    const own = made.filter(({ schedule }) => schedule === id);
    const parsed = Schedule.parse(own[0]?.schedule_json.value());
    if (!parsed.ok) throw new Error("a schedule made no run at all");
    const wanted: number[] = [];
    for (const instant of instantsOf(parsed.value, Date.parse(BEGIN) * 1000)) {
      if (instant > Date.parse(now) * 1000) break;
      wanted.push(instant);
    }
    expect(own.map(({ at }) => Date.parse(at) * 1000)).toEqual(wanted);
  }
}
