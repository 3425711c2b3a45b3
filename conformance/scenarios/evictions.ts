import { join } from "node:path";
import { expect } from "vitest";
import type { FlowRun } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { long, plain, type Group, type Scenario } from "../harness/group.ts";
import { serveRepository } from "../harness/repository.ts";
import { playInPool, type Scene, settled, startRun, startWorker, stay, why } from "./pool-scene.ts";

const FLOWS = join(import.meta.dirname, "../flows");

/** Deploys all entries of the project file into the scene's pool. */
async function deployAll({ client, pool }: Scene, repository: string): Promise<void> {
  const words = ["--no-prompt", "deploy", "--all", "--prefect-file", "pulled/prefect.yaml"];
  const settings = { REPOSITORY: repository, POOL: pool, FLOWS };
  const { code, stdout, stderr } = await client.startPrefect(words, settings).finished;
  expect(`${code} ${stdout}${stderr}`).toMatch(/^0 /);
}

const slotsTaken = async ({ api }: Scene): Promise<number | undefined> => {
  const deployment = await api.get<{ global_concurrency_limit: { active_slots: number } | null }>(
    "/deployments/name/pooled-stay/limited",
  );
  return deployment.global_concurrency_limit?.active_slots;
};

/** Two runs of a deployment that has one slot: the second waits until the first is killed. */
async function slotOfOneKilled(scene: Scene): Promise<void> {
  const { api, client } = scene;
  const killed = await stay(scene, "limited");
  const waiting = await startRun(scene, "pooled-stay", "limited", { gate: client.home });
  await eventually(
    () => api.flowRun(waiting.id),
    ({ state_name }) => state_name === "AwaitingConcurrencySlot",
    60,
  );
  expect(await slotsTaken(scene)).toBe(1);
  process.kill(killed.pid, "SIGKILL");
  expect(await settled(scene, killed.run, "CRASHED")).toMatchObject({ state_name: "Crashed" });
  expect(await settled(scene, waiting, "COMPLETED")).toMatchObject({ run_count: 1 });
  expect(await slotsTaken(scene)).toBe(0);
}

/** A worker that does nothing for a while, as on a machine that sleeps: it is missed, and goes on with what came meanwhile. */
async function workerThatSleeps(scene: Scene): Promise<void> {
  const { api, pool, workers } = scene;
  const hasStatus = (status: string) =>
    eventually(
      () => api.get<{ status: string }>(`/work_pools/${pool}`),
      (read) => read.status === status,
      60,
    );
  workers.get("only")?.kill("SIGSTOP");
  await hasStatus("NOT_READY");
  const waiting = await startRun(scene, "pooled-hello", "local");
  await eventually(
    () => why(api, waiting, "no_worker_online"),
    ({ cause }) => cause === "no_worker_online",
  );
  workers.get("only")?.kill("SIGCONT");
  await hasStatus("READY");
  expect(await settled(scene, waiting, "COMPLETED")).toMatchObject({ labels: { "prefect.worker.name": "only" } });
}

const pulled: Scenario = {
  title:
    "prefect deploy with pull steps: from a git repository and from a folder; the slot of a killed run is the next one's; " +
    "a worker that is stopped for a while is missed, and goes on",
  patience: 400,
  check: (context) =>
    playInPool(context, "pulled", async (scene) => {
      const repository = await serveRepository(FLOWS, "pooled/flows.py");
      try {
        await deployAll(scene, repository.url);
        await startWorker(scene, "only").says("started!", 60);
        const cloned = await startRun(scene, "pooled-hello", "cloned", { name: "Git" });
        await settled(scene, cloned, "COMPLETED");
        await slotOfOneKilled(scene);
        await workerThatSleeps(scene);
      } finally {
        await repository.close();
      }
    }),
};

/** When the run's process has said that it lives as often as the server asks before it believes the interval. */
async function heardOf({ api }: Scene, run: FlowRun): Promise<void> {
  const heartbeats = {
    event: { name: ["prefect.flow-run.heartbeat"] },
    resource: { id: [`prefect.flow-run.${run.id}`] },
  };
  await eventually(
    () => api.events(heartbeats),
    (heard) => heard.length >= 3,
    120,
  );
}

const evicted: Scenario = {
  title: "a worker and the process of its run are killed together: the run ends as crashed, and its slot is the next one's",
  nightly: true,
  stages: [plain],
  patience: 600,
  check: (context) =>
    playInPool(context, "evicted", async (scene) => {
      await deployAll(scene, "unused");
      // The shortest that the client takes.
      const often = { PREFECT_FLOWS_HEARTBEAT_FREQUENCY: "30" };
      const worker = startWorker(scene, "first", [], often);
      await worker.says("started!", 60);
      const evicted = await stay(scene, "limited");
      await heardOf(scene, evicted.run);
      worker.kill("SIGKILL");
      process.kill(evicted.pid, "SIGKILL");
      await startWorker(scene, "second", [], often).says("started!", 60);
      const next = await startRun(scene, "pooled-stay", "limited", { gate: scene.client.home });
      expect(await settled(scene, evicted.run, "CRASHED", 200)).toMatchObject({ state_name: "Crashed" });
      expect(await settled(scene, next, "COMPLETED")).toMatchObject({ labels: { "prefect.worker.name": "second" } });
      expect(await slotsTaken(scene)).toBe(0);
    }),
};

export const evictions: Group = {
  title: "Evictions",
  stages: long,
  scenarios: { pulled, evicted },
};
