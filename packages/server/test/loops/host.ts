/**
 * A process that runs every loop of the platform against the PostgreSQL of its settings, and ends itself: `host.ts` says
 * `loaded`, waits for a line of JSON (`HostOrders`), says `running`, and goes on until so many statements have been sent.
 */
import type { Worker } from "@praetor/topology";
import { createInterface } from "node:readline";
import { pino } from "pino";
import { loadSettings } from "../../src/platform/config/index.ts";
import { createMetrics } from "../../src/platform/metrics.ts";
import { openData, openServer } from "../../src/services/data.ts";
import { openDependencies } from "../../src/services/runner.ts";
import { buildWorker, enabledWorkers } from "../../src/services/workers.ts";
import { roundEachStatement } from "../../src/testing/dying.ts";

export interface HostOrders {
  /** The loop whose statements count; all of them, where none is named. */
  readonly victim: Worker | null;
  /** The statement with which it ends; never, where there is none. */
  readonly statements: number | null;
  /** How long after the statement was asked for, so that PostgreSQL is before, in or after it; at 0 it is not sent any more. */
  readonly milliseconds: number;
  /** When it ends if the victim does not send so many. */
  readonly longest: number;
  /** `SIGSTOP` leaves it there, with its connections and what they hold. */
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** Seconds by which its clock is off, and by how many more when half of its life is over. */
  readonly clockOff: number;
  readonly clockJump: number;
}

const rightNow = Date.now;

/** Sets the clock of this process. */
function setClock(seconds: number): void {
  Date.now = () => rightNow() + seconds * 1000;
}

/** Ends this process at its statement. */
function countdown({ statements, milliseconds, longest, signal, clockOff, clockJump }: HostOrders) {
  if (statements === null) return <T>(statement: () => Promise<T>) => statement();
  const end = () => process.kill(process.pid, signal);
  setTimeout(end, longest);
  let sent = 0;
  return <T>(statement: () => Promise<T>): Promise<T> => {
    sent += 1;
    if (sent === Math.ceil(statements / 2)) setClock(clockOff + clockJump);
    if (sent !== statements) return statement();
    if (milliseconds === 0) end();
    else setTimeout(end, milliseconds);
    return statement();
  };
}

async function run(orders: HostOrders): Promise<void> {
  setClock(orders.clockOff);
  const { settings } = loadSettings({ environment: process.env });
  const metrics = createMetrics();
  const log = pino({ level: "error" }, pino.destination(2));
  const databases = openData(settings, await openServer(settings, () => {}), metrics);
  const { deps, clock } = await openDependencies(settings, log, metrics, databases);
  const counted = { ...deps, databases: roundEachStatement(databases, countdown(orders)) };
  const isCounted = (worker: Worker) => orders.victim === null || worker === orders.victim;
  const workers = enabledWorkers(settings.services).map((worker) => buildWorker(worker, isCounted(worker) ? counted : deps));
  for (const service of [clock, ...workers]) await service.start();
  // Loops alone keep no process alive.
  setInterval(() => {}, 60_000);
  process.stdout.write("running\n");
}

createInterface(process.stdin).on("line", (line) => void run(JSON.parse(line) as HostOrders));
process.stdout.write("loaded\n");
