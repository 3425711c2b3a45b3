/** A load: connections that each do one operation after the other, until time or work is over. */
import { setTimeout as pause } from "node:timers/promises";
import { type Answer, Connection } from "./connection.ts";
import { percentile } from "./percentile.ts";

/** What one connection may do within an operation; every request is timed. */
export interface Caller {
  post(path: string, body: unknown): Promise<Answer>;
}

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Operations at most: as many as were seeded. */
  readonly maximum: number;
  /** Operations a second at most; without it one follows the other. */
  readonly rate?: number;
}

export interface Load {
  /** Operations that were begun. */
  readonly operations: number;
  readonly requests: number;
  readonly seconds: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Requests that did not succeed. */
  readonly failures: number;
  readonly firstFailure: string | undefined;
}

/** Runs `operation` with 0, 1, 2, ... */
export async function runLoad(options: LoadOptions, operation: (caller: Caller, n: number) => Promise<void>): Promise<Load> {
  const connections = await Promise.all(Array.from({ length: options.connections }, () => Connection.open(options.url)));
  const latencies: number[] = [];
  const failures: string[] = [];
  const begun = performance.now();
  const deadline = begun + options.seconds * 1000;
  let next = 0;
  const work = async (connection: Connection) => {
    const caller = timed(connection, latencies, failures);
    while (performance.now() < deadline && next < options.maximum) {
      const n = next++;
      if (options.rate !== undefined) await pause(begun + (n / options.rate) * 1000 - performance.now());
      await operation(caller, n);
    }
  };
  await Promise.all(connections.map(work));
  const seconds = (performance.now() - begun) / 1000;
  for (const connection of connections) connection.close();
  latencies.sort((one, other) => one - other);
  return {
    operations: next,
    requests: latencies.length,
    seconds,
    p50Milliseconds: percentile(latencies, 0.5),
    p95Milliseconds: percentile(latencies, 0.95),
    p99Milliseconds: percentile(latencies, 0.99),
    failures: failures.length,
    firstFailure: failures[0],
  };
}

function timed(connection: Connection, latencies: number[], failures: string[]): Caller {
  return {
    async post(path, body) {
      const sent = performance.now();
      const answer = await connection.send("POST", path, typeof body === "string" ? body : JSON.stringify(body));
      latencies.push(performance.now() - sent);
      if (answer.status < 200 || answer.status >= 300) failures.push(`${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
      return answer;
    },
  };
}
