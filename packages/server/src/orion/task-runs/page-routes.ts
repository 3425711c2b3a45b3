import {
  CountByState,
  countByState,
  list,
  optional,
  parts,
  TaskRunCount,
  TaskRunFilter,
  UITaskRun,
  uuid,
  WorkPoolFilter,
  WorkQueueFilter,
} from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { type FlowRunDependencies, taskRunFilters } from "../flow-runs/index.ts";
import { countForDashboard } from "./dashboard.ts";
import { countTaskRunsByState, readNamedTaskRun } from "./queries.ts";
import { presentTaskRun } from "./rows.ts";

const tag = "Task Runs";
const { task_runs: _, ...others } = taskRunFilters;

/** What pages of task runs show beside the runs themselves. */
export function taskRunPageRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/ui/task_runs/dashboard/counts",
      permission: "see_flows",
      tag,
      summary: "Count the task runs of a span that ended, in 20 buckets",
      body: parts({
        task_runs: TaskRunFilter,
        ...others,
        work_pools: optional(WorkPoolFilter),
        work_queues: optional(WorkQueueFilter),
      }),
      answers: { 200: list(TaskRunCount) },
      async handle({ body: { work_queues, ...filters }, context }) {
        const asked = { ...filters, work_pool_queues: work_queues };
        return reply(200, await countForDashboard(workspace(context.workspaceId), asked, deps.clock.now()));
      },
    }),
    route({
      method: "POST",
      path: "/ui/task_runs/count",
      permission: "see_flows",
      tag,
      summary: "Count task runs by state",
      body: parts(taskRunFilters),
      answers: { 200: CountByState },
      async handle({ body, context }) {
        return reply(200, countByState(await countTaskRunsByState(workspace(context.workspaceId), body)));
      },
    }),
    route({
      method: "GET",
      path: "/ui/task_runs/{id}",
      permission: "see_flows",
      tag,
      summary: "Read a task run with the name of its flow run",
      params: { id: uuid() },
      answers: { 200: UITaskRun },
      async handle({ params, context }) {
        const row = await workspace(context.workspaceId).first(readNamedTaskRun, params.id);
        if (row === undefined) throw apiError("task_run_not_found");
        return reply(200, { ...presentTaskRun(row, deps.clock.now()), flow_run_name: row.flow_run_name });
      },
    }),
  ];
}
