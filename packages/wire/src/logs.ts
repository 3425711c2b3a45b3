import { anyOf, criteria, Operator, optional, timeRange, type TimeRange } from "./filters.ts";
import { identity } from "./identity.ts";
import { boolean, enumeration, type Infer, integer, list, model, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";

export interface LogCreate {
  name: string;
  level: number;
  message: string;
  timestamp: Timestamp;
  flow_run_id: string | null;
  task_run_id: string | null;
}
// Programs print NUL characters by accident; the line is worth more than they are.
const line = {
  name: string({ stripNul: true }),
  level: integer(),
  message: string({ stripNul: true }),
  timestamp: timestamp(),
  flow_run_id: optional(uuid()),
  task_run_id: optional(uuid()),
};
export const LogCreate = model<LogCreate>("LogCreate", line, { extra: "forbid" });

export interface Log extends LogCreate {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
}
export const Log = model<Log>("Log", {
  ...identity,
  ...line,
});

export const LogSort = enumeration("LogSort", ["TIMESTAMP_ASC", "TIMESTAMP_DESC"]);
export type LogSort = Infer<typeof LogSort>;

/** Both ends belong to the range. */
export interface LevelRange {
  ge_: number | null;
  le_: number | null;
}
export interface LogFilterTaskRunId {
  any_: string[] | null;
  is_null_: boolean | null;
}
export interface LogFilter {
  operator: Operator;
  level: LevelRange | null;
  timestamp: TimeRange | null;
  flow_run_id: { any_: string[] | null } | null;
  task_run_id: LogFilterTaskRunId | null;
  text: { query: string } | null;
}
export const LogFilter = criteria<LogFilter>("LogFilter", {
  operator: Operator.default("and_"),
  level: optional(criteria<LevelRange>("LogFilterLevel", { ge_: optional(integer()), le_: optional(integer()) })),
  timestamp: optional(timeRange("LogFilterTimestamp")),
  flow_run_id: optional(anyOf("LogFilterFlowRunId", uuid())),
  task_run_id: optional(
    criteria<LogFilterTaskRunId>("LogFilterTaskRunId", { any_: optional(list(uuid())), is_null_: optional(boolean()) }),
  ),
  text: optional(criteria<{ query: string }>("LogFilterTextSearch", { query: string({ maxLength: 200 }) })),
});
