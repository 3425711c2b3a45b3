/** A pool with workers, in which runs go on and are ended. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Api, FlowRun } from "../harness/api.ts";
import type { Client, Running } from "../harness/client.ts";
import { eventually } from "../harness/eventually.ts";
import type { Context } from "../harness/group.ts";

/** Everything that a worker does in turns is to happen at once. */
const QUICK = { PREFECT_WORKER_QUERY_SECONDS: "1", PREFECT_WORKER_HEARTBEAT_SECONDS: "1" };

/** A run costs the start of a process of the client, and several start at once. */
export const PATIENCE = 120;

/** A pool, and the workers that were started for it. */
export interface Scene {
  readonly api: Api;
  readonly client: Client;
  readonly pool: string;
  readonly workers: Map<string, Running>;
}

/** Makes a pool of processes and plays in it; its workers are ended, and say what they printed last when something fails. */
export async function playInPool({ api, client }: Context, pool: string, play: (scene: Scene) => Promise<void>): Promise<void> {
  await api.post("/work_pools/", { name: pool, type: "process", base_job_template: await template(api) });
  const workers = new Map<string, Running>();
  try {
    await play({ api, client, pool, workers });
  } catch (error) {
    for (const [name, worker] of workers) console.error(`worker ${name} printed last:\n${worker.output().slice(-6000)}`);
    throw error;
  } finally {
    for (const worker of workers.values()) worker.kill("SIGKILL");
  }
}

async function template(api: Api): Promise<unknown> {
  const metadata = await api.get<{ prefect: { process: { default_base_job_configuration: unknown } } }>(
    "/collections/views/aggregate-worker-metadata",
  );
  return metadata.prefect.process.default_base_job_configuration;
}

/** Starts a worker for some queues of the pool, or for all. */
export function startWorker(
  { client, pool, workers }: Scene,
  name: string,
  queues: readonly string[] = [],
  settings: Record<string, string> = {},
): Running {
  const asked = queues.flatMap((queue) => ["--work-queue", queue]);
  const words = ["worker", "start", "--pool", pool, "--type", "process", "--name", name, ...asked];
  const worker = client.startPrefect(words, { ...QUICK, ...settings });
  workers.set(name, worker);
  return worker;
}

/** Starts a run of a deployment as `prefect deployment run` does, without the seconds that its start costs. */
export async function startRun({ api }: Scene, flow: string, deployment: string, parameters: object = {}): Promise<FlowRun> {
  const { id } = await api.get<{ id: string }>(`/deployments/name/${flow}/${deployment}`);
  return api.post<FlowRun>(`/deployments/${id}/create_flow_run`, { parameters });
}

/** A run when it has come to a state. */
export const settled = ({ api }: Scene, { id }: FlowRun, type: string, seconds = PATIENCE): Promise<FlowRun> =>
  eventually(
    () => api.flowRun(id),
    (run) => run.state_type === type,
    seconds,
  );

/** A run that stays in its process until its gate is opened. */
export async function stay(scene: Scene, deployment = "here"): Promise<{ run: FlowRun; pid: number; open: () => void }> {
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

/** Waits until a process is gone. The client grants it thirty seconds after asking it to go. */
export const ended = (pid: number) =>
  eventually(
    () => isAlive(pid),
    (alive) => !alive,
    PATIENCE,
  );

/** What keeps a run from running. */
export async function why(api: Api, { id }: FlowRun, unknown: string): Promise<{ cause: string }> {
  // The original does not say why.
  if (process.env["CONFORMANCE_TARGET"] === "original") return { cause: unknown };
  return api.get(`/flow_runs/${id}/why`);
}
