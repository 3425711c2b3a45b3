import { addSeconds, type JsonText, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeDeployment, runsOf } from "../deployments/testing.ts";
import { scheduleRuns } from "./index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

beforeEach(() => server.deps.databases.orion.system.compose(() => sql`truncate orion.deployment, orion.flow_run cascade`));

const NOW = "2030-03-01T12:00:30Z" as Timestamp;

async function schedule(now: Timestamp = NOW): Promise<void> {
  while (await scheduleRuns(server.deps, { now }));
}

/** Has everything made so far been made at `NOW`. */
async function settle(now: Timestamp = NOW): Promise<void> {
  await server.deps.databases.orion.system.compose(
    () =>
      sql`update orion.deployment_schedule set scheduled_until = ${now}::timestamptz - interval '1 microsecond', due = case when due is not null then ${now}::timestamptz end`,
  );
}

const UTC = (seconds: number) => addSeconds(NOW, seconds);
const times = (runs: readonly { expected_start_time: string | null }[]) =>
  runs.map(({ expected_start_time }) => expected_start_time);

describe("a pass makes runs", () => {
  it.each([
    ["hourly", { cron: "0 * * * *" }, 3, "2030-03-01T15:00:00Z"],
    ["every minute", { cron: "* * * * *" }, 61, "2030-03-01T13:01:00Z"],
    ["every five minutes", { cron: "*/5 * * * *" }, 13, "2030-03-01T13:05:00Z"],
    ["every sixty days, anchored now", { interval: 60 * 86_400, anchor_date: NOW }, 2, "2030-04-30T12:00:30Z"],
    ["every second", { interval: 1, anchor_date: NOW }, 100, "2030-03-01T12:02:09Z"],
    ["twice in all", { rrule: "DTSTART:20300301T120000\nRRULE:FREQ=DAILY;COUNT=3" }, 2, "2030-03-03T12:00:00Z"],
    ["beyond the horizon", { cron: "0 0 1 1 *" }, 0, undefined],
  ])("as far ahead as the original does: %s", async (_, asked, count, last) => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: asked }] });
    await settle();
    await schedule();
    const runs = await runsOf(server, id);
    expect(runs).toHaveLength(count);
    expect(times(runs).at(-1)).toBe(last);
  });

  it("that say where they come from", async () => {
    const deployment = await makeDeployment(server, {
      tags: ["t"],
      parameters: { a: 1, b: 2 },
      version: "3",
      labels: { l: "x" },
      schedules: [{ schedule: { cron: "0 9 * * *", timezone: "America/New_York" }, slug: "morning", parameters: { b: 3 } }],
    });
    await settle();
    await schedule();
    const [run] = await runsOf(server, deployment.id);
    const [source] = deployment.schedules;
    expect(run).toMatchObject({
      expected_start_time: "2030-03-01T14:00:00Z",
      next_scheduled_start_time: "2030-03-01T14:00:00Z",
      idempotency_key: `scheduled ${deployment.id} ${source?.id} 2030-03-01 09:00:00-05:00`,
      parameters: { a: 1, b: 3 },
      tags: ["auto-scheduled", "t"],
      labels: { l: "x", "prefect.flow.id": deployment.flow_id, "prefect.deployment.id": deployment.id },
      deployment_version: "3",
      auto_scheduled: true,
      created_by: { id: source?.id, type: "SCHEDULE", display_value: "morning" },
      state: {
        type: "SCHEDULED",
        name: "Scheduled",
        message: "Flow run scheduled",
        state_details: { scheduled_time: "2030-03-01T14:00:00Z" },
      },
    });
  });

  it("once, however often and by however many it is made", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "*/5 * * * *" } }] });
    await settle();
    await Promise.all([schedule(), schedule(), schedule()]);
    await schedule(UTC(-3600));
    await schedule();
    const runs = await runsOf(server, id);
    expect(new Set(times(runs)).size).toBe(runs.length);
    expect(runs).toHaveLength(13);
  });

  it("again when too few are left", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 * * * *" } }] });
    await settle();
    await schedule();
    await schedule(UTC(1800));
    expect(await runsOf(server, id)).toHaveLength(3);
    await schedule(UTC(3600));
    expect(await runsOf(server, id)).toHaveLength(4);
  });

  it("of no schedule that is inactive, and of no paused deployment", async () => {
    const cron = { cron: "* * * * *" };
    const inactive = await makeDeployment(server, { schedules: [{ schedule: cron, active: false }] });
    const paused = await makeDeployment(server, { schedules: [{ schedule: cron }], paused: true });
    await settle();
    await schedule();
    expect([...(await runsOf(server, inactive.id)), ...(await runsOf(server, paused.id))]).toEqual([]);
  });

  it("anew when a deployment changes, but for those whose time has come", async () => {
    const { id, flow_id, name } = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 * * * *" }, slug: "s" }] });
    while (await scheduleRuns(server.deps));
    const before = await runsOf(server, id);
    expect((await server.ask("PATCH", `/deployments/${id}`, { parameters: { new: 1 } })).status).toBe(204);
    expect(await runsOf(server, id)).toEqual([]);
    while (await scheduleRuns(server.deps));
    const after = await runsOf(server, id);
    expect(times(after)).toEqual(times(before));
    expect(after[0]).toMatchObject({ parameters: { new: 1 } });
    const again = await makeDeployment(server, { flow_id, name, schedules: [{ schedule: { cron: "0 * * * *" }, slug: "s" }] });
    expect(again.id).toBe(id);
    while (await scheduleRuns(server.deps));
    expect((await runsOf(server, id)).map((run) => run.idempotency_key)).toEqual(before.map((run) => run.idempotency_key));
  });

  it("of what was just made, ahead of all else", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 * * * *" } }] });
    await settle();
    await scheduleRuns(server.deps, { now: NOW, freshOnly: true });
    expect(await runsOf(server, id)).toHaveLength(3);
    await scheduleRuns(server.deps, { now: UTC(3600), freshOnly: true });
    expect(await runsOf(server, id)).toHaveLength(3);
  });

  it("of the others when one cannot be followed, and says so", async () => {
    const broken = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 * * * *" } }] });
    const sound = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 * * * *" } }] });
    const { system } = server.deps.databases.orion;
    await system.compose(
      () => sql`update orion.deployment_schedule set schedule = '{"cron":"?"}' where deployment_id = ${broken.id}`,
    );
    await settle();
    await schedule();
    expect(await runsOf(server, sound.id)).toHaveLength(3);
    const [row] = await system.compose<{ fault: string; due: JsonText }>(
      () => sql`select fault from orion.deployment_schedule where deployment_id = ${broken.id}`,
    );
    expect(row?.fault).toBe("The stored schedule cannot be read.");
  });
});

describe("after an outage of three hours a schedule of every twenty minutes", () => {
  it.each([
    [{ policy: "none" }, []],
    [{ policy: "latest" }, ["2030-03-01T15:00:00Z"]],
    [{ policy: "recent", seconds: 3600 }, ["2030-03-01T14:20:00Z", "2030-03-01T14:40:00Z", "2030-03-01T15:00:00Z"]],
    [{ policy: "all" }, expect.arrayContaining(["2030-03-01T12:20:00Z", "2030-03-01T15:00:00Z"])],
  ])("with the policy %j has the runs that it is to have", async (policy, missed) => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "*/20 * * * *" } }] });
    await server.ask("PUT", `/deployments/${id}/catch_up`, policy);
    await settle();
    const now = UTC(3 * 3600 + 19 * 60);
    await schedule(now);
    const found = times(await runsOf(server, id));
    expect(found.filter((time) => time !== null && time < now)).toEqual(missed);
    expect(found.filter((time) => time !== null && time >= now)).toHaveLength(4);
  });

  it("makes up for all of a long one bit by bit", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "* * * * *" } }] });
    await server.ask("PUT", `/deployments/${id}/catch_up`, { policy: "all" });
    await settle();
    await schedule(UTC(86_400));
    for (let pass = 0; pass < 3; pass += 1) await schedule(UTC(86_400));
    const { body: count } = await server.ask("POST", "/flow_runs/count", { flow_runs: { deployment_id: { any_: [id] } } });
    expect(count).toBe(24 * 60 + 61);
  });
});

describe("runs of a span", () => {
  it("may lie in the past, and are made once", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: { cron: "0 12 * * *" } }] });
    const span = { start_time: "2020-01-01T00:00:00Z", end_time: "2020-01-05T00:00:00Z", min_runs: 10, max_runs: 20 };
    for (let time = 0; time < 2; time += 1) {
      expect(await server.ask("POST", `/deployments/${id}/schedule`, span)).toMatchObject({ status: 200, body: null });
    }
    expect(times(await runsOf(server, id))).toEqual([1, 2, 3, 4].map((day) => `2020-01-0${day}T12:00:00Z`));
  });
});
