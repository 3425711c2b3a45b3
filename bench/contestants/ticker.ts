import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pythonExecutable } from "../../scripts/python.ts";
import { ORIGINAL_VERSION } from "./commands.ts";
import { stopChild } from "./contestant.ts";
import { type OwnPlace, ownCommand, serve } from "./own-server.ts";
import { cpuSeconds } from "./processes.ts";

/** A scheduler whose passes can be timed one by one, in seconds. */
export interface Ticker {
  /** Until nothing is due, after `makeDue` has made some and told how many. */
  tick(makeDue: () => Promise<number>): Promise<number>;
  /** Over what was just changed, when nothing was. */
  recent(): Promise<number>;
  /** Seconds of CPU used so far. */
  cpu(): number;
}

const SCRIPT = join(import.meta.dirname, "../load/scheduler_tick.py");
const LOOP_SECONDS = 3;
/** What one transaction of Praetor's scheduler takes, by default. */
const BATCH = 100;

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

interface Passes {
  readonly count: number;
  readonly seconds: number;
}

/** How many passes a service has made, and how long they took together. */
async function passesOf(url: string, service: string): Promise<Passes> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) =>
    Number(
      new RegExp(`^praetor_service_pass_seconds_${name}\\{service="${service}",outcome="done"\\} (.*)$`, "m").exec(text)?.[1] ??
        0,
    );
  return { count: value("count"), seconds: value("sum") };
}

/** The server as it is, with its scheduler looking every few seconds; it counts its passes and their durations itself. */
export function praetorTicker<T>(place: OwnPlace, work: (ticker: Ticker) => Promise<T>): Promise<T> {
  const environment = {
    PREFECT_SERVER_METRICS_ENABLED: "true",
    PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS: String(LOOP_SECONDS),
  };
  return serve(place, environment, (server) =>
    work({ cpu: () => server.cpu(), tick: (makeDue) => tick(place, server.url, makeDue), recent: () => recent(server.url) }),
  );
}

async function tick({ database }: OwnPlace, url: string, makeDue: () => Promise<number>): Promise<number> {
  const before = await passesOf(url, "scheduler");
  const passes = Math.floor((await makeDue()) / BATCH) + 1;
  const isDue = async () =>
    (await database.query("select from orion.deployment_schedule where due <= clock_timestamp() limit 1")).rowCount !== 0;
  for (;;) {
    const now = await passesOf(url, "scheduler");
    if (now.count >= before.count + passes && !(await isDue())) return now.seconds - before.seconds;
    await pause();
  }
}

async function recent(url: string): Promise<number> {
  const before = await passesOf(url, "recent-deployments-scheduler");
  for (;;) {
    const now = await passesOf(url, "recent-deployments-scheduler");
    if (now.count > before.count) return (now.seconds - before.seconds) / (now.count - before.count);
    await pause();
  }
}

/** The functions of the original's services, called one by one in a process that does nothing else. */
export async function originalTicker<T>(place: OwnPlace, work: (ticker: Ticker) => Promise<T>): Promise<T> {
  const { environment } = ownCommand(place, {});
  const child = spawn(pythonExecutable(ORIGINAL_VERSION), [SCRIPT], {
    env: { ...process.env, ...environment, PREFECT_LOGGING_LEVEL: "ERROR", PREFECT_LOGGING_SERVER_LEVEL: "ERROR" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const pass = async (kind: string): Promise<number> => {
    child.stdin.write(`${kind}\n`);
    const { done, value } = await lines.next();
    if (done === true) throw new Error("the original's scheduler ended");
    return Number(value);
  };
  try {
    const tick = async (makeDue: () => Promise<number>) => (await makeDue(), pass("all"));
    return await work({ tick, recent: () => pass("recent"), cpu: () => cpuSeconds(child.pid ?? 0) });
  } finally {
    await stopChild(child);
  }
}
