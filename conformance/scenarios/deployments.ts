import { expect } from "vitest";
import type { Api, FlowRun } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { plain, type Group, type Scenario } from "../harness/group.ts";

interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly paused: boolean;
  readonly status: string;
  readonly parameters: Record<string, unknown>;
  readonly tags: string[];
  readonly schedules: readonly {
    readonly slug: string | null;
    readonly active: boolean;
    readonly schedule: Record<string, unknown>;
  }[];
}

const deploymentNamed = async (api: Api, name: string): Promise<Deployment | undefined> =>
  (await api.post<Deployment[]>("/deployments/filter", { deployments: { name: { any_: [name] } } }))[0];

const runsOf = (api: Api, { id }: Deployment): Promise<FlowRun[]> => api.flowRuns({ deployment_id: { any_: [id] } });

const done = (runs: FlowRun[]) => runs.length > 0 && runs.every((run) => run.state_type === "COMPLETED");

const served: Scenario = {
  title: "serve() of two deployments: a schedule fires once, a run by hand is checked by its schema, and the end pauses both",
  check: async ({ api, client }) => {
    const serving = client.start(["served.py"], { PREFECT_RUNNER_POLL_FREQUENCY: "1" });
    const tick = await eventually(
      () => deploymentNamed(api, "tick"),
      (found) => found !== undefined,
      60,
    );
    const add = await eventually(
      () => deploymentNamed(api, "add"),
      (found) => found !== undefined,
      60,
    );
    if (tick === undefined || add === undefined) throw new Error("the deployments were not made");
    expect(tick).toMatchObject({ paused: false, parameters: { label: "by schedule" }, tags: ["served"] });
    expect(add).toMatchObject({ version: "7", description: "adds two numbers", schedules: [] });

    const refused = await client.prefect("deployment", "run", "served-add/add", "--param", "a=much");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(
      "Validation failed for field 'a'. Failure reason: 'much' is not of type 'integer'",
    );
    expect(await client.prefect("deployment", "run", "served-add/add", "--param", "a=2")).toMatchObject({ code: 0 });

    const [scheduled, ...more] = await eventually(() => runsOf(api, tick), done, 80);
    expect(more).toEqual([]);
    expect(scheduled).toMatchObject({
      parameters: { label: "by schedule" },
      tags: ["auto-scheduled", "served"],
      auto_scheduled: true,
    });
    const [byHand] = await eventually(() => runsOf(api, add), done, 80);
    expect(byHand).toMatchObject({ parameters: { a: 2 } });
    expect(await deploymentNamed(api, "tick")).toMatchObject({ status: "READY" });

    serving.kill("SIGINT");
    await serving.finished;
    expect(await deploymentNamed(api, "tick")).toMatchObject({ paused: true });
    expect(await deploymentNamed(api, "add")).toMatchObject({ paused: true });
  },
};

const deployed: Scenario = {
  title: "prefect deploy of a project file with several entries, variables and schedules, and prefect deployment about them",
  check: async ({ api, client }) => {
    await api.post("/work_pools/", { name: "project-pool", type: "process" });
    await api.post("/variables/", { name: "project_pool", value: "project-pool" });
    const settings = { PROJECT_FOLDER: "/project", STAGE: "staging" };
    const deploy = client.startPrefect(["--no-prompt", "deploy", "--all", "--prefect-file", "project/prefect.yaml"], settings);
    const { code, stdout, stderr } = await deploy.finished;
    expect(`${code} ${stdout}${stderr}`).toMatch(/^0 /);
    const nightly = await deploymentNamed(api, "nightly");
    if (nightly === undefined) throw new Error("the deployment was not made");
    expect(nightly).toMatchObject({
      work_pool_name: "project-pool",
      work_queue_name: "default",
      tags: ["deployed", "staging"],
      parameters: { kind: "full" },
      job_variables: { env: { COLOUR: "blue" } },
      pull_steps: [{ "prefect.deployments.steps.set_working_directory": { directory: "/project" } }],
      global_concurrency_limit: { limit: 2 },
      concurrency_options: { collision_strategy: "CANCEL_NEW" },
    });
    const bySlug = new Map(nightly.schedules.map((schedule) => [schedule.slug, schedule]));
    expect(bySlug.get("night")).toMatchObject({ active: true, schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" } });
    expect(bySlug.get("hourly")).toMatchObject({ active: false, schedule: { interval: 3600 } });
    const runs = await eventually(
      () => runsOf(api, nightly),
      (found) => found.length >= 3,
    );
    expect(runs[0]).toMatchObject({ parameters: { kind: "nightly" }, state_type: "SCHEDULED" });

    expect(await client.prefectJson("deployment", "inspect", "report/nightly")).toMatchObject({
      id: nightly.id,
      automations: [],
    });
    expect((await client.prefect("deployment", "ls")).stdout).toMatch(/report\/by-rule[\s\S]*report\/nightly/);
    expect((await client.prefect("deployment", "schedule", "ls", "report/nightly")).stdout).toContain("cron: 0 3 * * *");
    expect(
      await client.prefect("deployment", "schedule", "create", "report/by-rule", "--interval", "600", "--no-prompt"),
    ).toMatchObject({ code: 0 });
    const rule = await deploymentNamed(api, "by-rule");
    expect(rule?.schedules).toHaveLength(2);
    expect(rule?.schedules).toContainEqual(
      expect.objectContaining({
        schedule: { rrule: "DTSTART:20200101T000000\nFREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17", timezone: "America/New_York" },
      }),
    );
    expect(await client.prefect("deployment", "delete", "report/by-rule", "--no-prompt")).toMatchObject({ code: 0 });
    expect(await deploymentNamed(api, "by-rule")).toBeUndefined();
  },
};

export const deployments: Group = {
  title: "Deployments",
  stages: [plain],
  scenarios: { served, deployed },
};
