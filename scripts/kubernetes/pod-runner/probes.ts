import { execFile } from "node:child_process";
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Container, Probe } from "./objects.ts";

/** What a probe is asked of. */
export interface Subject {
  readonly container: Container;
  readonly address: string;
  readonly pid: number;
  /** Whether it still runs and should. */
  alive(): boolean;
}

/** Asks a probe once. */
function ask({ container, address, pid }: Subject, { httpGet, tcpSocket, exec, timeoutSeconds = 1 }: Probe): Promise<boolean> {
  const timeout = timeoutSeconds * 1000;
  const portOf = (port: string | number) => container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
  return new Promise((resolve) => {
    if (exec) {
      const words = ["-t", String(pid), "-n", "-m", "-r", "-w", ...exec.command];
      execFile("nsenter", words, { timeout }, (error) => resolve(error === null));
    } else if (tcpSocket) {
      const socket = connect({ host: address, port: portOf(tcpSocket.port), timeout });
      const end = (passed: boolean) => (socket.destroy(), resolve(passed));
      socket
        .on("connect", () => end(true))
        .on("timeout", () => end(false))
        .on("error", () => end(false));
    } else if (httpGet) {
      const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
      const options = { host: address, port: portOf(httpGet.port), path: httpGet.path ?? "/", timeout, agent: false, headers };
      const request = get(options, (response) => resolve((response.resume().statusCode ?? 500) < 400));
      request.on("timeout", () => request.destroy()).on("error", () => resolve(false));
    } else resolve(true);
  });
}

/** Asks a probe by its period, until its verdict says that this is enough. */
async function repeat(subject: Subject, probe: Probe | undefined, verdict: (passed: boolean) => boolean): Promise<void> {
  if (probe === undefined) return;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  await pause(initialDelaySeconds * 1000);
  for (let failures = 0; subject.alive(); await pause(periodSeconds * 1000)) {
    const passed = await ask(subject, probe);
    failures = passed ? 0 : failures + 1;
    if (subject.alive() && (passed || failures >= failureThreshold) && verdict(passed)) return;
  }
}

export interface Verdicts {
  started(): void;
  ready(passed: boolean): void;
  /** The container must be ended. */
  failed(): void;
}

/** Probes a running container: startup first, then readiness and liveness side by side. */
export async function tend(subject: Subject, verdicts: Verdicts): Promise<void> {
  const { startupProbe, livenessProbe, readinessProbe } = subject.container;
  const live = (passed: boolean) => {
    if (!passed) verdicts.failed();
    return !passed;
  };
  await repeat(subject, startupProbe, (passed) => passed || live(false));
  if (!subject.alive()) return;
  verdicts.started();
  const ready = (passed: boolean) => {
    verdicts.ready(passed);
    return false;
  };
  await Promise.all([repeat(subject, livenessProbe, live), repeat(subject, readinessProbe, ready)]);
}
