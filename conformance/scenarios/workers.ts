import { join } from "node:path";
import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { serveRepository } from "../harness/repository.ts";
import { long, type Group, type Scenario } from "../harness/group.ts";
import { ended, PATIENCE, playInPool, type Scene, settled, startRun, startWorker, stay, why } from "./pool-scene.ts";

const POOL = "served";

/** Deploys the flows into the pool, some from a repository, and makes a queue beside its first. */
async function deploy({ api, client }: Scene, repository: string): Promise<void> {
  await api.post(`/work_pools/${POOL}/queues`, { name: "urgent" });
  const { code, stdout, stderr } = await client.start(["pooled/deploy.py", POOL, repository]).finished;
  if (code !== 0) throw new Error(`the flows could not be deployed:\n${stdout}${stderr}`);
}

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
    () => why(api, waiting, "pool_paused"),
    ({ cause }) => cause === "pool_paused",
  );
  await api.text("PATCH", `/work_pools/${POOL}`, { is_paused: false });
  await settled(scene, waiting, "COMPLETED");

  const urgent = await startRun(scene, "pooled-stay", "urgent", { gate: scene.client.home });
  await eventually(
    () => why(api, urgent, "queue_not_polled"),
    ({ cause }) => cause === "queue_not_polled",
  );
  startWorker(scene, "second", ["urgent"]);
  expect(await settled(scene, urgent, "COMPLETED")).toMatchObject({ labels: { "prefect.worker.name": "second" } });
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
  check: (context) =>
    playInPool(context, POOL, async (scene) => {
      const repository = await serveRepository(join(import.meta.dirname, "../flows/pooled"), "flows.py");
      try {
        await deploy(scene, repository.url);
        const first = startWorker(scene, "first", ["default"]);
        await first.says("started!", 60);
        expect(await scene.api.get(`/work_pools/${POOL}`)).toMatchObject({ status: "READY" });
        await runsThatEnd(scene);
        await runsThatAreEnded(scene);
        await placesThatWait(scene);
        await workerThatDies(scene);
      } finally {
        await repository.close();
      }
    }),
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
