import { setTimeout as pause } from "node:timers/promises";
import { type RunningContainer, signal } from "./container.ts";
import { WaitingError } from "./images.ts";
import type { Container, ContainerStatus } from "./objects.ts";
import { tend } from "./probes.ts";

export type RestartPolicy = "Always" | "OnFailure" | "Never";

/** What running a container needs of its Pod. */
export interface Host {
  readonly address: string;
  readonly stopping: boolean;
  /** Starts the process; waits for what it must be given. */
  start(container: Container): Promise<RunningContainer>;
  /** Keeps a note in the runner's log. */
  note(container: Container, message: string): void;
  /** Tells that a status has changed. */
  changed(): void;
}

/** A container that fails again and again is started again after this long, at most. */
const LONGEST_PAUSE = 10_000;

/** Runs one container until it may not be started again, and keeps its status; answers its last exit code. */
export async function runContainer(
  host: Host,
  container: Container,
  status: ContainerStatus,
  restarts: RestartPolicy,
): Promise<number> {
  for (let attempt = 0; !host.stopping; attempt++) {
    const startedAt = new Date().toISOString();
    const running = await begin(host, container, status, startedAt);
    if (running === undefined) {
      await pause(1000);
      continue;
    }
    const exitCode = await running.exited;
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt,
      finishedAt: new Date().toISOString(),
      ...(exitCode !== 0 && container.terminationMessagePolicy === "FallbackToLogsOnError" && { message: running.lastWords() }),
    };
    Object.assign(status, { ready: false, started: false, state: { terminated } });
    host.changed();
    if (host.stopping || restarts === "Never" || (restarts === "OnFailure" && exitCode === 0)) return exitCode;
    await pause(Math.min(1000 * 2 ** attempt, LONGEST_PAUSE));
    Object.assign(status, { restartCount: status.restartCount + 1, lastState: { terminated } });
  }
  return 143;
}

/** Starts it, or says why it waits. */
async function begin(
  host: Host,
  container: Container,
  status: ContainerStatus,
  startedAt: string,
): Promise<RunningContainer | undefined> {
  try {
    const running = await host.start(container);
    const { startupProbe, readinessProbe } = container;
    Object.assign(status, {
      state: { running: { startedAt } },
      started: startupProbe === undefined,
      ready: startupProbe === undefined && readinessProbe === undefined,
    });
    host.changed();
    watchOver(host, container, status, running);
    return running;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof WaitingError ? error.reason : "CreateContainerConfigError";
    host.note(container, message);
    Object.assign(status, { ready: false, state: { waiting: { reason, message } } });
    host.changed();
    return undefined;
  }
}

function watchOver(host: Host, container: Container, status: ContainerStatus, running: RunningContainer): void {
  const { process: child } = running;
  const alive = () => child.exitCode === null && child.signalCode === null && !host.stopping;
  const set = (change: Partial<ContainerStatus>) => {
    Object.assign(status, change);
    host.changed();
  };
  void tend(
    { container, address: host.address, pid: child.pid ?? 0, alive },
    {
      started: () => set({ started: true, ready: container.readinessProbe === undefined }),
      ready: (passed) => status.ready !== passed && set({ ready: passed }),
      failed: () => signal(running, "SIGTERM"),
    },
  );
}
