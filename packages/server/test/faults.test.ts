import { setTimeout as passes } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { openFolder } from "./folders.ts";
import { Acknowledged, beginLoad, makeFlow, missing } from "./load.ts";
import { postgresOf, Praetor } from "./processes.ts";

// Fifty starts, on a machine that runs other tests beside them.
vi.setConfig({ testTimeout: 600_000 });

const KILLS = 50;

function start(folder: string, port = "0"): Praetor {
  const praetor = new Praetor(["server", "start", "--port", port, "--data-dir", folder]);
  onTestFinished(() => {
    praetor.child.kill("SIGKILL");
  });
  return praetor;
}

function endPostgresAfterwards(folder: string): void {
  onTestFinished(() => {
    for (const pid of postgresOf(folder)) process.kill(pid, "SIGQUIT");
  });
}

/** Waits until `condition` holds; what never comes fails by the test's own limit. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await passes(10);
}

/** How many events of completed runs the event store has. */
async function completionsTold(url: string): Promise<number> {
  const body = JSON.stringify({ filter: { event: { name: ["prefect.flow-run.Completed"] } }, limit: 0 });
  const answer = await fetch(`${url}/events/filter`, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await answer.json()) as { total: number }).total;
}

test(`killed ${KILLS} times under load, the server knows everything that it acknowledged`, async () => {
  const folder = openFolder();
  endPostgresAfterwards(folder);
  const acknowledged = new Acknowledged();
  let flowId: string | undefined;
  for (let kill = 0; kill < KILLS; kill++) {
    const praetor = start(folder);
    const url = await praetor.ready();
    flowId ??= await makeFlow(url);
    const before = acknowledged.count;
    const end = beginLoad(url, flowId, acknowledged);
    // Each life acknowledges some, so that each kill falls into running work; later ones fall elsewhere in it.
    await until(() => acknowledged.count > before + 20 + kill);
    await praetor.stop("SIGKILL");
    await end();
  }
  const praetor = start(folder);
  const url = await praetor.ready();
  expect(await missing(url, acknowledged)).toEqual([]);
  const completed = acknowledged.runs.filter(({ states }) => states.length === 3).length;
  // What a transition implies was committed with it: the relay of the last life tells what the killed ones did not.
  await until(async () => (await completionsTold(url)) >= completed);
  expect(acknowledged.runs.length).toBeGreaterThan(KILLS);
  expect((await praetor.stop()).code).toBe(0);
});

test("PostgreSQL killed under load: 503 with Retry-After meanwhile, service by itself afterwards, and nothing lost", async () => {
  const folder = openFolder();
  endPostgresAfterwards(folder);
  const praetor = start(folder);
  const url = await praetor.ready();
  const flowId = await makeFlow(url);
  const acknowledged = new Acknowledged();
  const end = beginLoad(url, flowId, acknowledged);
  for (let kill = 0; kill < 3; kill++) {
    const before = acknowledged.count;
    await until(() => acknowledged.count > before + 100);
    const killed = acknowledged.count;
    for (const pid of postgresOf(folder)) process.kill(pid, "SIGKILL");
    await until(async () => (await fetch(`${url}/ready`)).status === 503 || acknowledged.count > killed + 100);
    await until(() => acknowledged.count > killed + 100);
  }
  await end();
  expect(await missing(url, acknowledged)).toEqual([]);
  expect([...acknowledged.refusals.keys()].filter((status) => status !== 503)).toEqual([]);
  expect([...acknowledged.retryAfter].every((seconds) => Number(seconds) > 0)).toBe(true);
  expect((await praetor.stop()).code).toBe(0);
});
