/** Clients that move flow runs as fast as they are answered, and remember what was acknowledged. */
export interface AcknowledgedRun {
  readonly id: string;
  /** Ids of the states that were answered 201, in their order. */
  readonly states: string[];
}

/** What the server must still know, whatever happens to it. */
export class Acknowledged {
  readonly runs: AcknowledgedRun[] = [];
  /** Answers other than success, by status; a request that got no answer at all is not among them. */
  readonly refusals = new Map<number, number>();
  /** `Retry-After` of the answers 503. */
  readonly retryAfter = new Set<string | null>();

  get count(): number {
    return this.runs.reduce((sum, { states }) => sum + states.length + 1, 0);
  }
}

const headers = { "content-type": "application/json" };
const post = (url: string, body: object) => fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

/** The body of a success; undefined for a refusal, which is noted. */
async function accepted<T>(answer: Response, acknowledged: Acknowledged): Promise<T | undefined> {
  const body: unknown = await answer.json();
  if (answer.status < 400) return body as T;
  acknowledged.refusals.set(answer.status, (acknowledged.refusals.get(answer.status) ?? 0) + 1);
  if (answer.status === 503) acknowledged.retryAfter.add(answer.headers.get("retry-after"));
  return undefined;
}

async function moveOneRun(url: string, flowId: string, acknowledged: Acknowledged): Promise<void> {
  const made = await accepted<{ id: string; state_id: string }>(
    await post(`${url}/flow_runs/`, { flow_id: flowId }),
    acknowledged,
  );
  if (made === undefined) return;
  const run: AcknowledgedRun = { id: made.id, states: [made.state_id] };
  acknowledged.runs.push(run);
  for (const type of ["RUNNING", "COMPLETED"]) {
    const answer = await post(`${url}/flow_runs/${run.id}/set_state`, { state: { type } });
    const moved = await accepted<{ state: { id: string } }>(answer, acknowledged);
    if (moved === undefined) return;
    run.states.push(moved.state.id);
  }
}

async function client(url: string, flowId: string, acknowledged: Acknowledged, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await moveOneRun(url, flowId, acknowledged);
    } catch {
      // The connection broke: whether that request was carried out is exactly what nobody was told.
    }
  }
}

/** Makes the flow that the load runs. */
export async function makeFlow(url: string): Promise<string> {
  const answer = await post(`${url}/flows/`, { name: "load" });
  return ((await answer.json()) as { id: string }).id;
}

/** Begins a load of several clients; the answer ends it. */
export function beginLoad(url: string, flowId: string, acknowledged: Acknowledged, clients = 8): () => Promise<void> {
  const stopping = new AbortController();
  const running = Array.from({ length: clients }, () => client(url, flowId, acknowledged, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}

/** Everything that was acknowledged and is not there, as sentences; empty when the server kept its word. */
export async function missing(url: string, { runs }: Acknowledged): Promise<string[]> {
  const found: string[] = [];
  for (const { id, states } of runs) {
    const [run, history] = await Promise.all([
      fetch(`${url}/flow_runs/${id}`).then((answer) => answer.json() as Promise<{ state_id?: string }>),
      fetch(`${url}/flow_run_states/?flow_run_id=${id}`).then((answer) => answer.json() as Promise<{ id: string }[]>),
    ]);
    if (run.state_id === undefined) found.push(`run ${id} is gone`);
    else if (history.at(-1)?.id !== run.state_id) found.push(`run ${id} has a current state that is not its last`);
    for (const state of states)
      if (!history.some(({ id: kept }) => kept === state)) found.push(`state ${state} of run ${id} is gone`);
  }
  return found;
}
