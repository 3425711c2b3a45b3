import type { FlowRunResponse, OrchestrationResult, TaskRun } from "@praetor/wire";
import type { Answer, TestServer } from "./server.ts";

let made = 0;

/** The body of an answer that must have succeeded. */
export function bodyOf<T>({ status, body, text }: Answer): T {
  if (status >= 400) throw new Error(`${status}: ${text}`);
  return body as T;
}

/** A flow run as the API answers it, its JSON parsed. */
export type RunBody = Omit<FlowRunResponse, "parameters" | "context" | "labels"> & {
  parameters: Record<string, unknown>;
  labels: Record<string, unknown>;
};

export async function makeFlow(server: TestServer, name = `flow-${++made}`, rest: object = {}): Promise<string> {
  return bodyOf<{ id: string }>(await server.ask("POST", "/flows/", { name, ...rest })).id;
}

/** A new run, of a new flow unless `rest` names one. */
export async function makeRun(server: TestServer, rest: Record<string, unknown> = {}): Promise<RunBody> {
  const flow_id = rest["flow_id"] ?? (await makeFlow(server));
  return bodyOf<RunBody>(await server.ask("POST", "/flow_runs/", { flow_id, ...rest }));
}

export async function readRun(server: TestServer, id: string): Promise<RunBody> {
  return bodyOf<RunBody>(await server.ask("GET", `/flow_runs/${id}`));
}

export interface Proposed extends OrchestrationResult {
  /** 201 where a state was written, 200 where none was. */
  readonly httpStatus: number;
}

/** Proposes a state for a flow run. */
export async function setState(server: TestServer, id: string, state: object, force = false): Promise<Proposed> {
  const answer = await server.ask("POST", `/flow_runs/${id}/set_state`, { state, force });
  return { ...bodyOf<OrchestrationResult>(answer), httpStatus: answer.status };
}

/** A run that went PENDING, RUNNING. */
export async function makeRunning(server: TestServer, rest: Record<string, unknown> = {}): Promise<RunBody> {
  const run = await makeRun(server, rest);
  await setState(server, run.id, { type: "RUNNING" });
  return run;
}

export async function makeTaskRun(server: TestServer, rest: Record<string, unknown> = {}): Promise<TaskRun> {
  const flow_run_id = "flow_run_id" in rest ? rest["flow_run_id"] : (await makeRunning(server)).id;
  const asked = { task_key: "task", dynamic_key: String(++made), ...rest, flow_run_id };
  return bodyOf<TaskRun>(await server.ask("POST", "/task_runs/", asked));
}
