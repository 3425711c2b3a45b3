import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Api, FlowRun } from "../harness/api.ts";
import type { Client, Running } from "../harness/client.ts";
import { eventually } from "../harness/eventually.ts";
import { serveRepository } from "../harness/repository.ts";
import { long, type Context, type Group, type Scenario } from "../harness/group.ts";

const POOL = "served";
/** Everything that a worker does in turns is to happen at once. */
const QUICK = { PREFECT_WORKER_QUERY_SECONDS: "1", PREFECT_WORKER_HEARTBEAT_SECONDS: "1" };

/** A run costs the start of a process of the client, and several start at once. */
const PATIENCE = 120;

/** A client that has deployed its flows, and the workers that it started. */
interface Scene {
  readonly api: Api;
  readonly client: Client;
  readonly workers: Map<string, Running>;
  close(): Promise<void>;
}

async function setScene({ api, client }: Context): Promise<Scene> {
  const repository = await serveRepository(join(import.meta.dirname, "../flows/pooled/flows.py"));
  await api.post("/work_pools/", { name: POOL, type: "process", base_job_template: await template(api) });
  await api.post(`/work_pools/${POOL}/queues`, { name: "urgent" });
  const { code, stdout, stderr } = await client.start(["pooled/deploy.py", POOL, repository.url]).finished;
  if (code !== 0) throw new Error(`the flows could not be deployed:\n${stdout}${stderr}`);
  return { api, client, workers: new Map(), close: () => repository.close() };
}

async function template(api: Api): Promise<unknown> {
  const metadata = await api.get<{ prefect: { process: { default_base_job_configuration: unknown } } }>(
    "/collections/views/aggregate-worker-metadata",
  );
  return metadata.prefect.process.default_base_job_configuration;
}

function startWorker({ client, workers }: Scene, name: string, ...queues: string[]): Running {
  const asked = queues.flatMap((queue) => ["--work-queue", queue]);
  const worker = client.startPrefect(["worker", "start", "--pool", POOL, "--type", "process", "--name", name, ...asked], QUICK);
  workers.set(name, worker);
  return worker;
}

/** Starts a run of a deployment as `prefect deployment run` does, without the seconds that its start costs. */
async function startRun({ api }: Scene, flow: string, deployment: string, parameters: object = {}): Promise<FlowRun> {
  const { id } = await api.get<{ id: string }>(`/deployments/name/${flow}/${deployment}`);
  return api.post<FlowRun>(`/deployments/${id}/create_flow_run`, { parameters });
}

const settled = ({ api }: Scene, { id }: FlowRun, type: string, seconds = PATIENCE): Promise<FlowRun> =>
  eventually(
    () => api.flowRun(id),
    (run) => run.state_type === type,
    seconds,
  );

/** A run that stays in its process until its gate is opened. */
async function stay(scene: Scene, deployment = "here"): Promise<{ run: FlowRun; pid: number; open: () => void }> {
  const gate = join(scene.client.home, `gate-${crypto.randomUUID()}`);
  const run = await startRun(scene, "pooled-stay", deployment, { gate });
  await eventually(
    () => existsSync(`${gate}.pid`),
    (there) => there,
    PATIENCE,
  );
  return { run, pid: Number(readFileSync(`${gate}.pid`, "utf8")), open: () => writeFileSync(gate, "") };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const ended = (pid: number) =>
  eventually(
    () => isAlive(pid),
    (alive) => !alive,
  );

/** Runs of which several go on at once: each costs a process, and none needs the others. */
async function runsThatEnd(scene: Scene): Promise<void> {
  const { api } = scene;
  const [here, pulled, suspended] = await Promise.all([
    startRun(scene, "pooled-hello", "here"),
    startRun(scene, "pooled-hello", "pulled"),
    startRun(scene, "pooled-suspend", "here"),
  ]);
  const [ran, fromGit] = await Promise.all([settled(scene, here, "COMPLETED"), settled(scene, pulled, "COMPLETED")]);
  expect(ran).toMatchObject({
    parameters: { name: "Ada" },
    tags: ["pooled"],
    work_pool_name: POOL,
    work_queue_name: "default",
    infrastructure_pid: expect.any(String),
    labels: { "prefect.worker.name": "first", "prefect.worker.type": "process", "prefect.work-pool.name": POOL },
  });
  const names = (await api.flowRunStates(here.id)).map(({ name }) => name);
  expect(names).toEqual(["Scheduled", "Pending", "Submitting", "Running", "Completed"].filter((name) => names.includes(name)));
  expect(names.slice(-2)).toEqual(["Running", "Completed"]);
  expect(fromGit.state_type).toBe("COMPLETED");
  const logs = await eventually(
    () => api.logsOf(here.id),
    (rows) => rows.some(({ message }) => message === "greeting Ada"),
  );
  expect(logs.some(({ message }) => message.startsWith("said in process"))).toBe(true);
  await settled(scene, suspended, "PAUSED");
  // A worker clears up behind a process when that has ended; one that is started before loses its folder.
  await scene.workers.get("first")?.says(`Process for flow run '${suspended.name}' exited`, PATIENCE);
  await api.post(`/flow_runs/${suspended.id}/resume`, {});
  expect(await settled(scene, suspended, "COMPLETED")).toMatchObject({ run_count: 1 });
}

/** Runs that are ended from outside, and what is left of them. */
async function runsThatAreEnded(scene: Scene): Promise<void> {
  const { api, client } = scene;
  const [cancelled, killed] = await Promise.all([stay(scene), stay(scene)]);
  process.kill(killed.pid, "SIGKILL");
  expect(await client.prefect("flow-run", "cancel", cancelled.run.id)).toMatchObject({ code: 0 });
  expect(await settled(scene, killed.run, "CRASHED")).toMatchObject({ state_name: "Crashed" });
  expect(await settled(scene, cancelled.run, "CANCELLED")).toMatchObject({ state_name: "Cancelled" });
  await ended(cancelled.pid);
  const names = (await api.flowRunStates(cancelled.run.id)).map(({ name }) => name);
  expect(names.slice(-2)).toEqual(["Cancelling", "Cancelled"]);
}

/** A pool that is paused, a queue that only another worker serves, and a limit that holds. */
async function placesThatWait(scene: Scene): Promise<void> {
  const { api } = scene;
  await api.text("PATCH", `/work_pools/${POOL}`, { is_paused: true });
  const waiting = await startRun(scene, "pooled-hello", "here");
  await eventually(
    () => why(api, waiting),
    ({ cause }) => cause === "pool_paused",
  );
  await api.text("PATCH", `/work_pools/${POOL}`, { is_paused: false });
  await settled(scene, waiting, "COMPLETED");

  const urgent = await startRun(scene, "pooled-stay", "urgent", { gate: scene.client.home });
  await eventually(
    () => why(api, urgent),
    ({ cause }) => cause === "queue_not_polled",
  );
  startWorker(scene, "second", "urgent");
  expect(await settled(scene, urgent, "COMPLETED")).toMatchObject({ labels: { "prefect.worker.name": "second" } });
}

async function why(api: Api, { id }: FlowRun): Promise<{ cause: string }> {
  // The original does not say why.
  if (process.env["CONFORMANCE_TARGET"] === "original") return { cause: "pool_paused" };
  return api.get(`/flow_runs/${id}/why`);
}

/** A worker that dies leaves its runs to go on; its pool is known to be served by nobody when its heartbeats are missing. */
async function workerThatDies(scene: Scene): Promise<void> {
  const { api } = scene;
  const lingering = await stay(scene);
  for (const worker of scene.workers.values()) worker.kill("SIGKILL");
  const online = { workers: { status: { any_: ["ONLINE"] } } };
  await eventually(
    () => api.post<unknown[]>(`/work_pools/${POOL}/workers/filter`, online),
    (rows) => rows.length === 0,
    60,
  );
  await eventually(
    () => api.get<{ status: string }>(`/work_pools/${POOL}`),
    ({ status }) => status === "NOT_READY",
    60,
  );
  lingering.open();
  await settled(scene, lingering.run, "COMPLETED");
}

const served: Scenario = {
  title:
    "flow.deploy to a process pool and prefect worker start: runs from local storage and from git, suspend and resume, cancel, " +
    "a killed process, a paused pool, a second worker with its own queue, a killed worker",
  patience: 600,
  check: async (context) => {
    const scene = await setScene(context);
    try {
      const first = startWorker(scene, "first", "default");
      await first.says("started!", 60);
      expect(await scene.api.get(`/work_pools/${POOL}`)).toMatchObject({ status: "READY" });
      await runsThatEnd(scene);
      await runsThatAreEnded(scene);
      await placesThatWait(scene);
      await workerThatDies(scene);
    } catch (error) {
      for (const [name, worker] of scene.workers) console.error(`worker ${name} printed last:\n${worker.output().slice(-6000)}`);
      throw error;
    } finally {
      await scene.close();
    }
  },
};

const nowhere: Scenario = {
  title: "prefect deploy of an entry that names a pool which is not there says so",
  check: async ({ client }) => {
    const { code, stdout, stderr } = await client.startPrefect([
      "--no-prompt",
      "deploy",
      "--name",
      "nowhere",
      "--prefect-file",
      "pooled/prefect.yaml",
    ]).finished;
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("a-pool-that-is-not-there");
  },
};

export const workers: Group = {
  title: "Workers",
  stages: long,
  scenarios: { served, nowhere },
};
