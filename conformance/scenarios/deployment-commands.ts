import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Api, FlowRun } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { plain, played, type Group, type Scenario } from "../harness/group.ts";

interface Schedule {
  readonly schedule: string;
  readonly active: boolean;
}

interface Scheduled {
  readonly created: readonly Schedule[];
  readonly listed: string;
  readonly invalid: string;
  readonly paused: boolean;
  readonly again: string;
  readonly resumed: boolean;
  readonly deleted: readonly string[];
  readonly replaced: readonly string[];
  readonly cleared: readonly Schedule[];
}

const idOf = async (api: Api, name: string): Promise<string> => (await api.get<{ id: string }>(`/deployments/name/${name}`)).id;

const runNamed = (api: Api, name: string): Promise<FlowRun | undefined> =>
  eventually(
    async () => (await api.flowRuns({ name: { any_: [name] } }))[0],
    (found) => found !== undefined,
    40,
  );

const scheduled = played<Scheduled>("prefect deployment schedule create, ls, pause, resume, delete and clear", async (seen) => {
  expect(seen.created.map(({ schedule, active }) => [schedule, active])).toEqual(
    expect.arrayContaining([
      ["cron: 0 3 * * 1-5", true],
      ["interval: 2:00:00s", true],
      [expect.stringContaining("FREQ=WEEKLY;BYDAY=MO"), true],
    ]),
  );
  expect(seen.listed).toContain("cron: 0 3 * * 1-5");
  expect(seen.invalid).toContain("never");
  expect(seen).toMatchObject({ paused: false, resumed: true, deleted: ["interval", "rrule"] });
  expect(seen.again).toContain("is already inactive");
  expect(seen.replaced).toEqual(["interval: 1:00:00s"]);
  expect(seen.cleared).toEqual([]);
});

const executed: Scenario = {
  title: "prefect deployment run to its end, which prefect flow-run execute brings about in a process of its own",
  check: async ({ api, client }) => {
    const options = ["--param", 'name="Eve"', "--flow-run-name", "watched", "--watch"];
    const watching = client.startPrefect(["deployment", "run", "pooled-hello/typed", ...options]);
    const run = await runNamed(api, "watched");
    expect(await client.prefect("flow-run", "execute", run?.id ?? "")).toMatchObject({ code: 0 });
    expect(await watching.finished).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Flow run finished successfully in 'Completed'."),
    });
    expect(await api.flowRun(run?.id ?? "")).toMatchObject({ state_type: "COMPLETED", parameters: { name: "Eve" } });
  },
};

const servedByHand: Scenario = {
  title: "prefect flow serve of an entrypoint, until it is interrupted",
  check: async ({ api, client }) => {
    const options = ["--name", "by-hand", "--cron", "0 0 1 1 *", "--tag", "typed", "--version", "7", "--global-limit", "2"];
    const serving = client.startPrefect(["flow", "serve", "pooled/flows.py:hello", ...options], {
      PREFECT_RUNNER_POLL_FREQUENCY: "1",
    });
    await serving.says("is being served and polling for scheduled runs", 60);
    const id = await idOf(api, "pooled-hello/by-hand");
    expect(await api.get(`/deployments/${id}`)).toMatchObject({
      version: "7",
      tags: ["typed"],
      paused: false,
      global_concurrency_limit: { limit: 2 },
      schedules: [{ active: true, schedule: { cron: "0 0 1 1 *" } }],
    });
    const run = await api.post<FlowRun>(`/deployments/${id}/create_flow_run`, { parameters: { name: "Ida" } });
    await eventually(
      () => api.flowRun(run.id),
      ({ state_type }) => state_type === "COMPLETED",
      60,
    );
    serving.kill("SIGINT");
    await serving.finished;
    expect(await api.get(`/deployments/${id}`)).toMatchObject({ paused: true });
  },
};

const generated: Scenario = {
  title: "prefect sdk generate, which writes a module of the deployments that are there",
  check: async ({ client }) => {
    const file = join(client.home, "deployed.py");
    const said = await client.prefect("sdk", "generate", "--output", file, "--flow", "pooled-hello");
    expect(said).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toContain("pooled-hello/typed");
  },
};

export const deploymentCommands: Group = {
  title: "Deployments from the command line",
  flows: "deployment_commands.py",
  stages: [plain],
  scenarios: {
    looked_at: played<{ listed: string; json: object[]; inspected: object; unknown: string }>(
      "prefect deployment ls and inspect",
      async (seen) => {
        expect(seen.listed).toMatch(/pooled-hello\/by-id[\s\S]*pooled-hello\/typed[^\n]*typed-deployments/);
        expect(seen.json).toEqual(expect.arrayContaining([expect.objectContaining({ name: "typed", tags: ["typed"] })]));
        expect(seen.inspected).toMatchObject({ work_pool_name: "typed-deployments", automations: [], schedules: [] });
        expect(seen.unknown).toContain("Deployment 'pooled-hello/nobody' not found!");
      },
    ),
    scheduled,
    ran: played<{ named: string; later: string; wrong: string; unknown: string }>(
      "prefect deployment run by name and by id, now and later; what does not fit the parameters is refused",
      async (seen, { api }) => {
        expect(await api.flowRun(seen.named)).toMatchObject({
          name: "a-name",
          parameters: { name: "Ada" },
          tags: expect.arrayContaining(["by-hand", "typed"]),
          job_variables: { env: {} },
          state_type: "SCHEDULED",
          work_pool_name: "typed-deployments",
        });
        const { state, parameters } = await api.flowRun(seen.later);
        expect(parameters).toEqual({ name: "Eve" });
        const ahead = Date.parse(state.state_details.scheduled_time ?? "") - Date.parse(state.timestamp);
        expect(Math.round(ahead / 60_000)).toBe(120);
        expect(seen.wrong).toContain("Validation failed for field 'name'");
        expect(seen.unknown).toContain("not found");
      },
    ),
    deleted: played<{ by_id: string; gone: string }>("prefect deployment delete", async (seen, { api }) => {
      expect(seen.by_id).toContain("Deleted deployment");
      expect(seen.gone).toContain("not found");
      expect(await api.request("GET", "/deployments/name/pooled-hello/by-id")).toMatchObject({ status: 404 });
    }),
    executed,
    servedByHand,
    generated,
  },
};
