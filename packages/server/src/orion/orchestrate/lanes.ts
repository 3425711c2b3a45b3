import type { Timestamp } from "@praetor/wire";
import { Batcher, type WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import type { FlowRunFacts, TaskRunFacts, TaskRunWrites } from "../states/index.ts";
import { flowRunFacts, readFlowRunFacts } from "./flow-run-facts.ts";
import { flowRunParameters, type JudgedFlowRun, writeFlowRuns } from "./flow-run-writes.ts";
import { readTaskRunFacts, taskRunFacts } from "./task-run-facts.ts";
import { inOrder } from "./rows.ts";
import { taskRunRow, writeTaskRuns } from "./task-run-writes.ts";

/** The most runs of one round trip: beyond some dozens a batch adds latency and saves nothing more. */
const MAXIMUM = 64;
/** Two round trips of each kind under way: while one commits, the next is filled. */
const LANES = 2;

/** A task run to be judged, with the key of the result that might spare it the running. */
export interface AskedTaskRun {
  readonly id: string;
  readonly cacheKey: string | null;
}

type Deps = Pick<Dependencies, "clock" | "ids">;

/** The reads and writes of one workspace's proposals: those that arrive together share a round trip. */
export class Lanes {
  readonly database: WorkspaceDatabase;
  readonly flowRunFacts: Batcher<string, FlowRunFacts | undefined>;
  readonly flowRunWrites: Batcher<JudgedFlowRun, boolean>;
  readonly taskRunFacts: Batcher<AskedTaskRun, TaskRunFacts | undefined>;
  readonly taskRunWrites: Batcher<TaskRunWrites, boolean>;

  constructor(deps: Deps, database: WorkspaceDatabase) {
    this.database = database;
    const size = { maximum: MAXIMUM, lanes: LANES };
    this.flowRunFacts = new Batcher({ ...size, run: (ids) => readFlowRuns(database, ids) });
    this.flowRunWrites = new Batcher({
      ...size,
      run: (judged) => writeOncePerRun(judged, runIdOf, (batch) => writeFlows(deps, database, batch)),
    });
    this.taskRunFacts = new Batcher({ ...size, run: (asked) => readTaskRuns(database, asked, deps.clock.now()) });
    this.taskRunWrites = new Batcher({
      ...size,
      run: (writes) =>
        writeOncePerRun(
          writes,
          ({ run_id }) => run_id,
          (batch) => writeTasks(deps, database, batch),
        ),
    });
  }
}

const runIdOf = ({ writes }: JudgedFlowRun) => writes.run_id;

async function readFlowRuns(database: WorkspaceDatabase, ids: string[]): Promise<(FlowRunFacts | undefined)[]> {
  const rows = await database.all(readFlowRunFacts, [...new Set(ids)]);
  const found = new Map(rows.map((row) => [row.id, flowRunFacts(row)]));
  return ids.map((id) => found.get(id));
}

async function readTaskRuns(
  database: WorkspaceDatabase,
  asked: AskedTaskRun[],
  now: Timestamp,
): Promise<(TaskRunFacts | undefined)[]> {
  const ids = asked.map(({ id }) => id);
  const rows = await database.all(
    readTaskRunFacts,
    ids,
    asked.map(({ cacheKey }) => cacheKey),
    now,
  );
  // A run asked for twice with different keys has two rows; each asker gets the one of its own position.
  const found = new Map(rows.map((row) => [`${row.id} ${row.asked_key ?? ""}`, taskRunFacts(row)]));
  return asked.map(({ id, cacheKey }) => found.get(`${id} ${cacheKey ?? ""}`));
}

/** Two proposals of one run in one batch cannot both be right: the first goes on, the others judge again. */
async function writeOncePerRun<W>(
  items: W[],
  keyOf: (item: W) => string,
  write: (batch: W[]) => Promise<Set<string>>,
): Promise<boolean[]> {
  const firsts = new Map<string, W>();
  for (const item of items) if (!firsts.has(keyOf(item))) firsts.set(keyOf(item), item);
  const written = await write([...firsts.values()]);
  return items.map((item) => firsts.get(keyOf(item)) === item && written.has(keyOf(item)));
}

async function writeFlows(deps: Deps, database: WorkspaceDatabase, batch: JudgedFlowRun[]): Promise<Set<string>> {
  const rows = await database.all(writeFlowRuns, ...flowRunParameters(batch, deps.ids.random), deps.clock.now());
  return new Set(rows.map(({ id }) => id));
}

async function writeTasks(deps: Deps, database: WorkspaceDatabase, batch: TaskRunWrites[]): Promise<Set<string>> {
  const runs = inOrder(batch.map((writes) => taskRunRow(writes, deps.ids.random, false)));
  const rows = await database.all(writeTaskRuns, runs, null, deps.clock.now());
  return new Set(rows.map(({ id }) => id));
}
