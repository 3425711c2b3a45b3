import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Api, FlowRun } from "../harness/api.ts";
import type { Client, Running } from "../harness/client.ts";
import { eventually } from "../harness/eventually.ts";

export interface Lingering {
  /** The client process that was started. */
  readonly process: Running;
  /** The process in which the flow runs: below a runner another one. */
  readonly pid: number;
  readonly run: FlowRun;
  /** Lets the flow go on to its end. */
  readonly open: () => void;
}

/** Starts a flow that stays in its body until its gate is opened, and waits until it is there and the API says that it runs. */
export async function linger(client: Client, api: Api, file: "lingering.py" | "managed.py" = "lingering.py"): Promise<Lingering> {
  const gate = join(client.home, `gate-${crypto.randomUUID()}`);
  const process = client.start([file, gate]);
  const output = await process.says("waiting at the gate");
  const pid = Number(/in process (\d+)/.exec(output)?.[1]);
  const find = async () =>
    (await api.flowRuns({ state: { type: { any_: ["RUNNING"] } } })).find((run) => run.parameters["gate"] === gate);
  const run = await eventually(find, (found) => found !== undefined);
  if (!run) throw new Error("the run at the gate was not found");
  return { process, pid, run, open: () => writeFileSync(gate, "") };
}
