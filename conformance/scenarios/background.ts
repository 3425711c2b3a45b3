import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { long, type Group, type Scenario } from "../harness/group.ts";

/** Seconds in which nine short tasks are done. */
const PATIENCE = 180;

interface Played {
  readonly deferred: { results: { number: number; process: number }[]; task_run_ids: string[] };
  readonly retried: { result: string; task_run_id: string };
}

function playedBy(stdout: string): Played {
  const lines = stdout.split("\n").filter((line) => line.startsWith("scenario {"));
  const outcomes = lines.map(
    (line) => JSON.parse(line.slice("scenario ".length)) as { name: string; seen: object; error?: string },
  );
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed) throw new Error(failed.error);
  const played: Partial<Played> = Object.fromEntries(outcomes.map(({ name, seen }) => [name, seen]));
  const { deferred, retried } = played;
  if (deferred === undefined || retried === undefined) throw new Error(`Not all was played: ${stdout}`);
  return { deferred, retried };
}

const twoWorkers: Scenario = {
  title:
    ".delay() on two task workers, by serve() and by prefect task serve: each task runs once, a retry too, and what waited for a " +
    "worker is served",
  patience: 300,
  check: async ({ api, client }) => {
    const connected = () => api.post<{ identifier: string; task_keys: string[] }[]>("/task_workers/filter", {});
    // Deferred before anybody serves them: they wait.
    const playing = client.start(["background.py"]);
    await eventually(
      () => api.taskRuns({ state: { name: { any_: ["Scheduled"] } } }),
      (rows) => rows.filter(({ task_key }) => task_key.startsWith("work-")).length > 0,
      60,
    );
    const tasks = ["background.py:work", "background.py:fail_once", "--limit", "1"];
    const workers = [client.start(["background.py", "serve"]), client.startPrefect(["task", "serve", ...tasks])];
    const listed = await eventually(connected, (rows) => rows.length === 2, 60);
    expect(listed[0]?.task_keys).toHaveLength(2);
    // One that waits for what never comes says so by what it has printed.
    const impatient = setTimeout(() => playing.kill("SIGKILL"), PATIENCE * 1000);
    const { stdout, stderr } = await playing.finished;
    clearTimeout(impatient);
    const seen = playedBy(stdout);
    if (!("deferred" in seen)) throw new Error([stderr, ...workers.map((worker) => worker.output())].join("\n"));
    expect(seen.deferred.results.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(seen.retried.result).toBe("the second time");
    for (const id of seen.deferred.task_run_ids) {
      const states = (await api.taskRunStates(id)).map(({ name }) => name);
      expect(states).toEqual(["Scheduled", "Pending", "Running", "Completed"]);
    }
    for (const worker of workers) worker.kill("SIGTERM");
    await Promise.all(workers.map((worker) => worker.finished));
    await eventually(connected, (rows) => rows.length === 0);
  },
};

export const background: Group = {
  title: "Background tasks",
  stages: long,
  scenarios: { twoWorkers },
};
