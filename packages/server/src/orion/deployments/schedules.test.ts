import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeFlow } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeDeployment, schedulesOf } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("schedules of a deployment", () => {
  const cron = (hour: number) => ({ cron: `0 ${hour} * * *`, timezone: "UTC" });

  it("are added, changed and deleted one by one", async () => {
    const { id } = await makeDeployment(server);
    const added = bodyOf<{ id: string }[]>(
      await server.ask("POST", `/deployments/${id}/schedules`, [
        { schedule: cron(1), slug: "one", max_scheduled_runs: 5, parameters: { a: 1 } },
        { schedule: cron(2), active: false },
      ]),
    );
    expect(added).toMatchObject([
      { slug: "one", max_scheduled_runs: 5 },
      { slug: null, active: false },
    ]);
    const [first, second] = added.map((schedule) => schedule.id);
    expect((await server.ask("PATCH", `/deployments/${id}/schedules/${first}`, { active: false })).status).toBe(204);
    const changed = (await schedulesOf(server, id)).find((schedule) => schedule.id === first);
    expect(changed).toMatchObject({ active: false, slug: "one", max_scheduled_runs: 5, parameters: {}, schedule: cron(1) });
    expect((await server.ask("DELETE", `/deployments/${id}/schedules/${second}`)).status).toBe(204);
    expect((await server.ask("DELETE", `/deployments/${id}/schedules/${second}`)).body).toEqual({
      detail: "Schedule not found.",
    });
    expect(await schedulesOf(server, id)).toHaveLength(1);
  });

  it("have slugs of their own", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: cron(1), slug: "one" }] });
    expect(await server.ask("POST", `/deployments/${id}/schedules`, [{ schedule: cron(2), slug: "one" }])).toMatchObject({
      status: 409,
      body: { detail: "Schedule slugs must be unique within a deployment." },
    });
  });

  it.each([
    ["a new one is added, the others stay", [{ slug: "c", schedule: cron(3) }], ["a", "b", "c"]],
    ["an empty list changes nothing", [], ["a", "b"]],
    ["one is renamed", [{ slug: "z", replaces: "a" }], ["b", "z"]],
    [
      "two change places",
      [
        { slug: "b", replaces: "a" },
        { slug: "a", replaces: "b" },
      ],
      ["a", "b"],
    ],
  ])("with slugs: %s", async (_, schedules, slugs) => {
    const { id } = await makeDeployment(server, {
      schedules: [
        { slug: "a", schedule: cron(1) },
        { slug: "b", schedule: cron(2) },
      ],
    });
    expect((await server.ask("PATCH", `/deployments/${id}`, { schedules })).status).toBe(204);
    expect((await schedulesOf(server, id)).map(({ slug }) => slug ?? "").sort()).toEqual(slugs);
  });

  it.each([
    [[{ schedule: cron(3) }], /^Please provide a slug for each schedule/],
    [[{ slug: "new" }], /^Unable to create new deployment schedules without/],
    [
      [
        { slug: "x", replaces: "a" },
        { slug: "y", replaces: "a" },
      ],
      "Multiple schedules have 'replaces' targeting the same slug: a",
    ],
    [[{ slug: "b", replaces: "a" }], "Cannot rename schedule from 'a' to 'b': a schedule with slug 'b' already exists."],
  ])("with slugs: %j is refused", async (schedules, detail) => {
    const { id } = await makeDeployment(server, {
      schedules: [
        { slug: "a", schedule: cron(1) },
        { slug: "b", schedule: cron(2) },
      ],
    });
    const answer = await server.ask("PATCH", `/deployments/${id}`, { schedules });
    expect(answer.status).toBe(422);
    expect((answer.body as { detail: string }).detail).toMatch(detail);
  });

  it("without slugs are replaced by what a change lists", async () => {
    const { id } = await makeDeployment(server, { schedules: [{ schedule: cron(1) }, { schedule: cron(2) }] });
    await server.ask("PATCH", `/deployments/${id}`, { schedules: [{ schedule: cron(5), active: false }] });
    expect(await schedulesOf(server, id)).toMatchObject([{ schedule: cron(5), active: false }]);
  });

  it.each([
    [{ cron: "broken" }, 'Value error, Invalid cron string: "broken"'],
    [{ cron: "0 0 * * *", timezone: "Mars/Olympus" }, /Invalid timezone: "Mars\/Olympus"/],
    [{ rrule: "FREQ=SOMETIMES" }, /Invalid RRule string "FREQ=SOMETIMES": invalid 'FREQ': SOMETIMES/],
    [{ rrule: "FREQ=DAILY;INTERVAL=0" }, /the interval must be at least 1/],
    [{ interval: 0 }, "Value error, interval must be positive"],
  ])("that are broken are refused: %j", async (schedule, message) => {
    const flow_id = await makeFlow(server);
    const answer = await server.ask("POST", "/deployments/", { name: "broken", flow_id, schedules: [{ schedule }] });
    expect(answer.status).toBe(422);
    const { exception_detail: faults } = answer.body as { exception_detail: { msg: string }[] };
    expect(faults.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(message));
  });

  it("say where a rule begins", async () => {
    const { schedules } = await makeDeployment(server, { schedules: [{ schedule: { rrule: "FREQ=DAILY;COUNT=3" } }] });
    expect(schedules).toMatchObject([{ schedule: { rrule: "DTSTART:20200101T000000\nFREQ=DAILY;COUNT=3", timezone: "UTC" } }]);
  });
});
