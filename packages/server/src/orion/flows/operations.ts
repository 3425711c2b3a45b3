import { type Flow, type FlowCreate, type JsonText, type Page } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { pageCount } from "../../platform/filter/index.ts";
import { announceFreed } from "../concurrency/index.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import type { RunFilters } from "../run-filters/index.ts";
import {
  countFlows,
  deleteFlows,
  type EnsuredFlow,
  ensureFlow,
  findFlows,
  type FlowList,
  listFlows,
  readFlow,
  readFlowByName,
  updateFlowTags,
} from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;
type Removing = Pick<Dependencies, "bus" | "clock" | "ids">;

function announce(deps: Deps, change: "created" | "updated" | "deleted", flow: { id: string } & FlowCreate): OutboxRow {
  const labels: JsonText | null = flow.labels;
  const payload = `{"name":${JSON.stringify(flow.name)},"tags":${JSON.stringify(flow.tags)},"labels":${labels?.text ?? "{}"}}`;
  return lifecycleEvent(deps, {
    event: `prefect.flow.${change}`,
    resourceId: `prefect.flow.${flow.id}`,
    name: flow.name,
    payload,
  });
}

/** The flow of that name, made if there is none; one that exists is answered unchanged. */
export async function ensure(deps: Deps, database: WorkspaceDatabase, flow: FlowCreate): Promise<EnsuredFlow> {
  const id = deps.ids.random();
  const event = announce(deps, "created", { id, ...flow });
  const found = await database.first(ensureFlow, id, flow.name, flow.tags, flow.labels, event.id, event.event);
  // Neither row: another caller inserted the name after our snapshot, so that the next look finds it.
  return found ?? ensure(deps, database, flow);
}

/** @throws ApiError `flow_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<Flow> {
  const flow = await database.first(readFlow, id);
  if (flow === undefined) throw apiError("flow_not_found");
  return flow;
}

/** @throws ApiError `flow_not_found` */
export async function readByName(database: WorkspaceDatabase, name: string): Promise<Flow> {
  const flow = await database.first(readFlowByName, name);
  if (flow === undefined) throw apiError("flow_not_found");
  return flow;
}

/** @throws ApiError `flow_not_found` */
export async function update(deps: Deps, database: WorkspaceDatabase, id: string, tags: string[] | undefined): Promise<void> {
  const flow = await read(database, id);
  const changed = { ...flow, tags: tags ?? flow.tags };
  const event = announce(deps, "updated", changed);
  const found = await database.first(updateFlowTags, id, changed.tags, event.id, event.event);
  if (found === undefined) throw apiError("flow_not_found");
}

async function removeFlows(deps: Removing, database: WorkspaceDatabase, flows: readonly Flow[]): Promise<Set<string>> {
  const doomed = flows.map((flow) => {
    const { id, event } = announce(deps, "deleted", flow);
    return { id: flow.id, event_id: id, event };
  });
  const gone = await database.all(deleteFlows, JSON.stringify(doomed));
  if (gone.length > 0) await announceFreed(deps, database.workspaceId, null);
  return new Set(gone.map(({ id }) => id));
}

/** Deletes the flow with its runs. @throws ApiError `flow_not_found` */
export async function remove(deps: Removing, database: WorkspaceDatabase, id: string): Promise<void> {
  const gone = await removeFlows(deps, database, [await read(database, id)]);
  if (!gone.has(id)) throw apiError("flow_not_found");
}

/** Deletes up to `limit` of the flows that match, and answers their ids. */
export async function removeMany(
  deps: Removing,
  database: WorkspaceDatabase,
  filters: RunFilters,
  limit: number,
): Promise<string[]> {
  const flows = await findFlows(database, { filters, sort: "NAME_ASC", limit, offset: 0 });
  const gone = await removeFlows(deps, database, flows);
  return flows.map(({ id }) => id).filter((id) => gone.has(id));
}

export async function paginate(database: WorkspaceDatabase, list: Omit<FlowList, "offset">, page: number): Promise<Page<Flow>> {
  const [results, count] = await Promise.all([
    listFlows(database, { ...list, offset: (page - 1) * list.limit }),
    countFlows(database, list.filters),
  ]);
  return { results, count, limit: list.limit, pages: pageCount(count, list.limit), page };
}
