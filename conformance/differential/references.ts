import { type Answer, type Call, isObject, type Json, operationOf } from "./call.ts";

const MISSING = "00000000-0000-4000-8000-00000000dead";
const HOUR = 3_600_000;

/** Which kind of thing a successful answer made, and where its id stands. */
const MADE: Readonly<Record<string, readonly (readonly [kind: string, ...path: string[]])[]>> = {
  "POST /flows/": [["flow", "id"]],
  "POST /flow_runs/": [
    ["flow_run", "id"],
    ["flow_run_state", "state", "id"],
  ],
  "POST /flow_runs/{id}/set_state": [["flow_run_state", "state", "id"]],
  "POST /task_runs/": [
    ["task_run", "id"],
    ["task_run_state", "state", "id"],
  ],
  "POST /task_runs/{id}/set_state": [["task_run_state", "state", "id"]],
  "POST /artifacts/": [["artifact", "id"]],
  "POST /variables/": [["variable", "id"]],
  "PUT /saved_searches/": [["saved_search", "id"]],
  "POST /concurrency_limits/": [["tag_limit", "id"]],
  "POST /v2/concurrency_limits/": [["limit", "id"]],
  "POST /v2/concurrency_limits/increment-with-lease": [["lease", "lease_id"]],
};

/** What one side knows of the things that the calls made there, in the order in which they were made. */
export class References {
  readonly #made = new Map<string, string[]>();
  readonly #base: number;

  /** Moments are counted from `base`, in milliseconds. */
  constructor(base: number) {
    this.#base = base;
  }

  /** The call as this side is to be asked. */
  resolve(call: Call): Call {
    return JSON.parse(JSON.stringify(call), (_, value) => (typeof value === "string" ? this.#meaning(value) : value)) as Call;
  }

  #meaning(text: string): string {
    const found = /^@(\w+)(?:\/(-?\d+))?$/.exec(text);
    if (!found) return text;
    const [, kind = "", number = "0"] = found;
    if (kind === "time") return new Date(this.#base + Number(number) * HOUR).toISOString().replace("Z", "000Z");
    const ids = this.#made.get(kind) ?? [];
    return ids[Number(number) % ids.length] ?? MISSING;
  }

  /** Remembers what the answer made. */
  learn(call: Call, { status, body }: Answer): void {
    if (status >= 300) return;
    for (const [kind, ...path] of MADE[operationOf(call)] ?? []) {
      const id = path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), body);
      const known = this.#made.get(kind) ?? [];
      if (typeof id === "string" && !known.includes(id)) this.#made.set(kind, [...known, id]);
    }
  }
}
