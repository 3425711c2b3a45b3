import { workload as clientFlow } from "./client-flow.ts";
import { workload as coldStart } from "./cold-start.ts";
import { workload as create } from "./create.ts";
import { workload as events } from "./events.ts";
import { workload as filter } from "./filter.ts";
import { workload as logs } from "./logs.ts";
import { workload as schedulesFill } from "./schedules-fill.ts";
import { workload as setState } from "./set-state.ts";
import { workload as schedulerTick } from "./scheduler-tick.ts";
import { workload as slotLine } from "./slot-line.ts";
import { workload as startDelay } from "./start-delay.ts";
import { workload as workerPoll } from "./worker-poll.ts";
import type { Workload } from "./workload.ts";

/** In the order in which they run: memory after the load is what all of them leave behind. */
export const workloads: readonly Workload[] = [
  create,
  setState,
  logs,
  filter,
  events,
  workerPoll,
  slotLine,
  clientFlow,
  coldStart,
  startDelay,
  schedulesFill,
  schedulerTick,
];
