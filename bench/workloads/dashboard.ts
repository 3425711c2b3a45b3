import { Connection } from "../load/connection.ts";
import { percentile } from "../load/percentile.ts";
import { FLOW_ID } from "../seed.ts";
import type { Drive } from "./workload.ts";

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const lastDay = { flow_runs: { expected_start_time: { after_: ago(24) } } };

/** What the first page of the interface asks for, over and over. */
const asked: Readonly<Record<string, readonly [path: string, body: object]>> = {
  count: ["/flow_runs/count", lastDay],
  "count of all": ["/flow_runs/count", {}],
  "history of a day": [
    "/flow_runs/history",
    { history_start: ago(24), history_end: ago(0), history_interval_seconds: 3600, ...lastDay },
  ],
  "newest 200": [
    "/flow_runs/filter",
    { flow_runs: { state: { type: { any_: ["COMPLETED", "FAILED"] } } }, sort: "START_TIME_DESC", limit: 200 },
  ],
  lateness: ["/flow_runs/lateness", lastDay],
  "next runs": ["/ui/flows/next-runs", { flow_ids: [FLOW_ID] }],
};

/** However slow the answers are, each question is asked so often, to have a percentile. */
const LEAST = 5;

interface Question {
  readonly name: string;
  readonly path: string;
  readonly body: string;
  /** For asking it beside the others. */
  readonly own: Connection;
}

/** Asks the page's questions, and keeps how long what took, in milliseconds. */
class Page {
  readonly latencies = new Map<string, number[]>();
  failures = 0;
  firstFailure: string | undefined;
  readonly #questions: readonly Question[];
  /** For asking all of them in turn. */
  readonly #shared: Connection;

  private constructor(questions: readonly Question[], shared: Connection) {
    this.#questions = questions;
    this.#shared = shared;
  }

  static async open(url: string): Promise<Page> {
    const questions = Object.entries(asked).map(async ([name, [path, body]]) => {
      return { name, path, body: JSON.stringify(body), own: await Connection.open(url) };
    });
    return new Page(await Promise.all(questions), await Connection.open(url));
  }

  /** One question after the other, on one connection. */
  async inTurn(): Promise<void> {
    for (const question of this.#questions) await this.#timed(question.name, () => this.#ask(question, this.#shared));
  }

  /** All at once on connections of their own, as a browser does. */
  async atOnce(): Promise<void> {
    await Promise.all(this.#questions.map((question) => this.#ask(question, question.own)));
  }

  /** Shows the page for so many seconds; answers the seconds that it took, and how many questions were answered. */
  async show(name: string, seconds: number, once: () => Promise<void>): Promise<{ seconds: number; answered: number }> {
    const begun = performance.now();
    let pages = 0;
    for (; performance.now() - begun < seconds * 1000 || pages < LEAST; pages += 1) await this.#timed(name, once);
    return { seconds: (performance.now() - begun) / 1000, answered: pages * this.#questions.length };
  }

  async #timed(name: string, work: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    await work();
    const latencies = this.latencies.get(name) ?? [];
    latencies.push(performance.now() - begun);
    this.latencies.set(name, latencies);
  }

  async #ask({ path, body }: Question, connection: Connection): Promise<void> {
    const answer = await connection.send("POST", path, body);
    if (answer.status < 300) return;
    this.failures += 1;
    this.firstFailure ??= `${path}: ${answer.status} ${answer.body.slice(0, 300)}`;
  }

  close(): void {
    for (const connection of [this.#shared, ...this.#questions.map(({ own }) => own)]) connection.close();
  }
}

/** The page over and over, half of the time in turn, half at once; the details are the 95th percentiles. */
export const drive: Drive = async ({ url, seconds }) => {
  const page = await Page.open(url);
  const inTurn = await page.show("all six in turn", seconds / 2, () => page.inTurn());
  const atOnce = await page.show("all six at once", seconds / 2, () => page.atOnce());
  page.close();
  const { failures, firstFailure, latencies } = page;
  return {
    operations: inTurn.answered + atOnce.answered - failures,
    seconds: inTurn.seconds + atOnce.seconds,
    failures,
    firstFailure,
    details: percentilesOf(latencies),
  };
};

function percentilesOf(latencies: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  const percentiles = [...latencies].map(([name, values]) => [
    `${name}, p95 ms`,
    percentile(
      values.toSorted((one, other) => one - other),
      0.95,
    ),
  ]);
  return Object.fromEntries(percentiles);
}
