/** What a test reads from the API itself, next to what the client saw. */
import type { Configuration } from "./configurations.ts";

export interface State {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly message: string | null;
  readonly timestamp: string;
  readonly data: { readonly type?: string; readonly storage_key?: string; readonly storage_block_id?: string | null } | null;
  readonly state_details: {
    readonly flow_run_id: string | null;
    readonly task_run_id: string | null;
    readonly child_flow_run_id: string | null;
    readonly scheduled_time: string | null;
    readonly pause_timeout: string | null;
    readonly cache_key: string | null;
  };
}

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly tags: string[];
  readonly state: State;
  readonly state_type: string;
  readonly state_name: string;
  readonly run_count: number;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly total_run_time: number;
}

export interface FlowRun extends Run {
  readonly flow_id: string;
  readonly flow_version: string | null;
  readonly parameters: Record<string, unknown>;
  readonly parent_task_run_id: string | null;
  readonly deployment_id: string | null;
  readonly work_pool_name: string | null;
  readonly work_queue_name: string | null;
  readonly infrastructure_pid: string | null;
  readonly labels: Record<string, unknown>;
}

export interface TaskRun extends Run {
  readonly flow_run_id: string | null;
  readonly task_key: string;
  readonly dynamic_key: string;
  readonly cache_key: string | null;
  readonly task_inputs: Record<string, { readonly input_type: string; readonly id?: string }[]>;
}

export interface Log {
  readonly name: string;
  readonly level: number;
  readonly message: string;
  readonly timestamp: string;
  readonly flow_run_id: string | null;
  readonly task_run_id: string | null;
}

export interface GraphNode {
  readonly id: string;
  readonly kind: "flow-run" | "task-run";
  readonly label: string;
  readonly state_type: string;
  readonly parents: { readonly id: string }[];
  readonly children: { readonly id: string }[];
  readonly encapsulating: { readonly id: string }[];
  readonly artifacts: { readonly id: string; readonly key: string }[];
}

export interface Graph {
  readonly nodes: [string, GraphNode][];
  readonly root_node_ids: string[];
  readonly states: { readonly id: string; readonly type: string }[];
}

export interface Event {
  readonly id: string;
  readonly event: string;
  readonly occurred: string;
  readonly resource: Record<string, string>;
  readonly related: Record<string, string>[];
  readonly payload: Record<string, unknown>;
}

const any = (...values: string[]) => ({ any_: values });

export class Api {
  readonly url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, configuration: Configuration) {
    this.url = url;
    const { auth } = configuration;
    this.#headers = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString("base64")}` };
  }

  /** Any request; the caller judges the answer. A body that is not text is sent as JSON. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    return fetch(this.url + path, { method, headers: { ...this.#headers, ...type, ...headers }, ...sent });
  }

  /** The text of a successful answer: for what JSON.parse would not keep. */
  async text(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await this.request(method, path, body, method === "GET" ? {} : await this.#csrf());
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text;
  }

  /** What a successful answer holds; its shape is what the scenario goes on to assert. */
  async read<T>(method: string, path: string, body?: unknown): Promise<T> {
    return JSON.parse(await this.text(method, path, body)) as T;
  }

  get = <T>(path: string): Promise<T> => this.read<T>("GET", path);
  post = <T>(path: string, body: unknown): Promise<T> => this.read<T>("POST", path, body);

  flowRun = (id: string) => this.get<FlowRun>(`/flow_runs/${id}`);
  flowRuns = (filter: object) =>
    this.post<FlowRun[]>("/flow_runs/filter", { flow_runs: filter, sort: "EXPECTED_START_TIME_ASC" });
  taskRuns = (filter: object) =>
    this.post<TaskRun[]>("/task_runs/filter", { task_runs: filter, sort: "EXPECTED_START_TIME_ASC" });
  taskRunsOf = (flowRun: string) => this.taskRuns({ flow_run_id: any(flowRun) });
  flowRunStates = (id: string) => this.get<State[]>(`/flow_run_states/?flow_run_id=${id}`);
  taskRunStates = (id: string) => this.get<State[]>(`/task_run_states/?task_run_id=${id}`);
  graph = (flowRun: string) => this.get<Graph>(`/flow_runs/${flowRun}/graph-v2`);
  logs = (filter: object) => this.post<Log[]>("/logs/filter", { logs: filter, sort: "TIMESTAMP_ASC" });
  logsOf = (flowRun: string) => this.logs({ flow_run_id: any(flowRun) });

  async events(filter: object): Promise<Event[]> {
    return (await this.post<{ events: Event[] }>("/events/filter", { filter, limit: 50 })).events;
  }

  /** A token for a change, where the server asks for one. */
  async #csrf(): Promise<Record<string, string>> {
    const client = "5f4f6f1e-0000-4000-8000-00000000c0de";
    const answer = await this.request("GET", `/csrf-token?client=${client}`);
    if (!answer.ok) return {};
    const { token } = (await answer.json()) as { token: string };
    return { "prefect-csrf-token": token, "prefect-csrf-client": client };
  }
}
