import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HostOrders } from "./host.ts";

/** As often as settings allow, and by clocks short enough to be waited for. */
const SETTINGS = {
  PRAETOR_SERVICES_SCHEDULER_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_SCHEDULER_MAX_RUNS: "5",
  PRAETOR_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME: "0",
  PRAETOR_SERVICES_OUTBOX_RELAY_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_LATE_RUNS_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_LATE_RUNS_AFTER_SECONDS: "0",
  PRAETOR_SERVICES_FOREMAN_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS: "0.1",
  // Four looks missed are an outage, after which the silent are given time anew: longer than any pause of these tests. Each
  // life looks once, at its beginning.
  PRAETOR_SERVICES_VANISHED_RUNS_LOOP_SECONDS: "60",
  PRAETOR_SERVICES_DB_VACUUM_ENABLED: "true",
  PRAETOR_SERVICES_DB_VACUUM_LOOP_SECONDS: "0.1",
  PRAETOR_SERVICES_REPOSSESSOR_LOOP_SECONDS: "0.1",
};

/** Compiled code of the process, kept: it is loaded hundreds of times, and takes a third of the time with it. */
const compiled = join(import.meta.dirname, "../../../../.cache/loops");

/** A process of all loops. It is killed with the test, if not before. */
export class Replica {
  readonly child: ChildProcess;
  readonly #ended: Promise<void>;
  #out = "";
  /** What it complained of. */
  complaints = "";

  constructor(databaseUrl: string) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, "host.ts")], {
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        NODE_COMPILE_CACHE: compiled,
        PRAETOR_DATABASE_CONNECTION_URL: databaseUrl,
        ...SETTINGS,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.#out += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.complaints += chunk.toString()));
    this.#ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", () => resolve());
    });
    onTestFinished(() => this.kill());
  }

  /** Begins its loops; resolves when all run. @throws Error when it ends by itself before that */
  async run(orders: HostOrders): Promise<void> {
    await this.#says("loaded\n");
    this.child.stdin?.write(`${JSON.stringify(orders)}\n`);
    await this.#says("running\n");
  }

  /** Begins its loops, which go on until it is killed. */
  live(): Promise<void> {
    const untouched = { milliseconds: 0, longest: 0, clockOff: 0, clockJump: 0 };
    return this.run({ victim: null, statements: null, signal: "SIGKILL", ...untouched });
  }

  /** Resolves when it is dead. */
  ended(): Promise<void> {
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#ended;
  }

  async #says(text: string): Promise<void> {
    while (!this.#out.includes(text)) {
      const next = new Promise<void>((resolve) => this.child.stdout?.once("data", () => resolve()));
      await Promise.race([next, this.#ended]);
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null) throw new Error(`a replica ended: ${this.complaints}`);
      if (signalCode !== null) return;
    }
  }
}
