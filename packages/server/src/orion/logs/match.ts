import { type LogCreate, type LogFilter, microseconds } from "@praetor/wire";
import { matchesText, parseTextSearch } from "../../platform/text-search.ts";

type Test = (line: LogCreate) => boolean;

/** Whether lines pass a filter, decided in memory: the counterpart of the filter's SQL. */
export function logMatcher(filter: LogFilter): Test {
  const tests = [
    levelTest(filter.level),
    timeTest(filter.timestamp),
    flowRunTest(filter),
    taskRunTest(filter.task_run_id),
    textTest(filter.text),
  ];
  const said = tests.filter((test) => test !== undefined);
  if (said.length === 0) return () => true;
  return filter.operator === "or_" ? (line) => said.some((test) => test(line)) : (line) => said.every((test) => test(line));
}

function levelTest(filter: LogFilter["level"]): Test | undefined {
  if (filter === null) return undefined;
  const { ge_, le_ } = filter;
  return ({ level }) => (ge_ === null || level >= ge_) && (le_ === null || level <= le_);
}

function timeTest(filter: LogFilter["timestamp"]): Test | undefined {
  if (filter === null) return undefined;
  const from = filter.after_ === null ? -Infinity : microseconds(filter.after_);
  const until = filter.before_ === null ? Infinity : microseconds(filter.before_);
  return ({ timestamp }) => microseconds(timestamp) >= from && microseconds(timestamp) <= until;
}

function flowRunTest({ flow_run_id }: LogFilter): Test | undefined {
  const ids = flow_run_id?.any_;
  return ids ? (line) => line.flow_run_id !== null && ids.includes(line.flow_run_id) : undefined;
}

function taskRunTest(filter: LogFilter["task_run_id"]): Test | undefined {
  if (filter === null) return undefined;
  const { any_, is_null_ } = filter;
  return ({ task_run_id: id }) =>
    (any_ === null || (id !== null && any_.includes(id))) && (is_null_ === null || is_null_ === (id === null));
}

function textTest(filter: LogFilter["text"]): Test | undefined {
  if (filter === null) return undefined;
  const search = parseTextSearch(filter.query);
  return ({ message, name }) => matchesText(search, `${message} ${name}`);
}
