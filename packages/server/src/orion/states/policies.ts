import type { FlowRunPolicyRules, TaskRunPolicyRules } from "./rule.ts";
import { cancelLateWhenFull } from "./rules/cancel-late-when-full.ts";
import { cancelWithoutInfrastructure } from "./rules/cancel-without-infrastructure.ts";
import { copyScheduledTime } from "./rules/copy-scheduled-time.ts";
import { copyTaskParameters } from "./rules/copy-task-parameters.ts";
import { enqueueScheduled } from "./rules/enqueue-scheduled.ts";
import { finishCancelling } from "./rules/finish-cancelling.ts";
import { holdSlotForOldClient } from "./rules/hold-slot-for-old-client.ts";
import { insertIntoCache } from "./rules/insert-into-cache.ts";
import { keepDeploymentSlot } from "./rules/keep-deployment-slot.ts";
import { leaveTerminalFlowRun } from "./rules/leave-terminal-flow-run.ts";
import { leaveTerminalTaskRun } from "./rules/leave-terminal-task-run.ts";
import { markLateOnce } from "./rules/mark-late-once.ts";
import { pauseRunningFlowRun } from "./rules/pause-running-flow-run.ts";
import { preserveDeploymentLease } from "./rules/preserve-deployment-lease.ts";
import { preventDuplicateTransition } from "./rules/prevent-duplicate-transition.ts";
import { preventPending } from "./rules/prevent-pending.ts";
import { protectResult } from "./rules/protect-result.ts";
import { renameRerun } from "./rules/rename-rerun.ts";
import { requireRunningFlowRun } from "./rules/require-running-flow-run.ts";
import { resumePausedFlowRun } from "./rules/resume-paused-flow-run.ts";
import { retrieveFromCache } from "./rules/retrieve-from-cache.ts";
import { retryFailedFlowRun } from "./rules/retry-failed-flow-run.ts";
import { retryFailedTaskRun } from "./rules/retry-failed-task-run.ts";
import { takeDeploymentSlot } from "./rules/take-deployment-slot.ts";
import { takeTagSlots } from "./rules/take-tag-slots.ts";
import { trackFlowRunAttempt } from "./rules/track-flow-run-attempt.ts";
import { waitForScheduledTime } from "./rules/wait-for-scheduled-time.ts";

/** What clients, workers and resumptions propose for a flow run. The order is part of the policy: the first refusal stands. */
export const coreFlowPolicy: FlowRunPolicyRules = {
  name: "core-flow",
  rules: [
    preserveDeploymentLease,
    preventDuplicateTransition,
    leaveTerminalFlowRun,
    finishCancelling,
    cancelWithoutInfrastructure,
    preventPending,
    keepDeploymentSlot,
    takeDeploymentSlot,
    holdSlotForOldClient,
    markLateOnce,
    pauseRunningFlowRun,
    resumePausedFlowRun,
    copyScheduledTime,
    waitForScheduledTime,
    retryFailedFlowRun,
  ],
};

/** What is forced upon a flow run: its first state, a cancelled subflow, an expired pause, an operator's `force`. */
export const minimalFlowPolicy: FlowRunPolicyRules = {
  name: "minimal-flow",
  rules: [protectResult, cancelWithoutInfrastructure],
};

/** What the late-runs service proposes. */
export const markLateRunsPolicy: FlowRunPolicyRules = {
  name: "mark-late-runs",
  rules: [markLateOnce, cancelLateWhenFull],
};

/** What clients propose for a task run. */
export const coreTaskPolicy: TaskRunPolicyRules = {
  name: "core-task",
  rules: [
    retrieveFromCache,
    leaveTerminalTaskRun,
    requireRunningFlowRun,
    takeTagSlots,
    copyScheduledTime,
    waitForScheduledTime,
    retryFailedTaskRun,
    renameRerun,
    trackFlowRunAttempt,
    insertIntoCache,
  ],
};

/** What is proposed for task runs that task workers execute, outside any running flow. */
export const backgroundTaskPolicy: TaskRunPolicyRules = {
  name: "background-task",
  rules: [
    preventPending,
    retrieveFromCache,
    leaveTerminalTaskRun,
    copyScheduledTime,
    copyTaskParameters,
    waitForScheduledTime,
    retryFailedTaskRun,
    renameRerun,
    trackFlowRunAttempt,
    insertIntoCache,
    enqueueScheduled,
  ],
};

/** What is forced upon a task run: its first state, the states of the subflow it stands for. */
export const minimalTaskPolicy: TaskRunPolicyRules = { name: "minimal-task", rules: [] };

/** The policy for a proposal made through the API. */
export function flowPolicyFor(proposal: { readonly force: boolean }): FlowRunPolicyRules {
  return proposal.force ? minimalFlowPolicy : coreFlowPolicy;
}

/** The policy for a proposal made through the API; being deferred outweighs force. */
export function taskPolicyFor(proposal: { readonly force: boolean; readonly deferred: boolean | null }): TaskRunPolicyRules {
  if (proposal.deferred) return backgroundTaskPolicy;
  return proposal.force ? minimalTaskPolicy : coreTaskPolicy;
}
