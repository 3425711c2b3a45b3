import {
  type ExplanationCause,
  type ExplanationStep,
  type FlowRunExplanation,
  JsonText,
  secondsBetween,
  type Timestamp,
} from "@praetor/wire";
import { isTerminal } from "../states/index.ts";
import type { Facts, SlotHolder } from "./facts.ts";
import {
  type Finding,
  findClock,
  findDeployment,
  findDeploymentLimit,
  findPool,
  findPoolLimit,
  findQueue,
  findQueueLimit,
  findSchedule,
  findWorkers,
} from "./findings.ts";
import { spoken } from "./words.ts";

/** Why a run does not run: the first of all links of the chain that keeps it from running, and what every link shows. */
export function explain(facts: Facts, holders: readonly SlotHolder[], serverNow: Timestamp): FlowRunExplanation {
  const state = findState(facts);
  const links = state.cause === undefined ? chain(facts, holders, serverNow) : [];
  const findings = [state, ...links];
  const culprit = findings.find((finding) => finding.cause !== undefined) ?? lastLink(facts);
  return {
    flow_run_id: facts.id,
    name: facts.name,
    state_type: facts.state_type,
    state_name: facts.state_name,
    due: facts.due,
    late_by: facts.due === null ? 0 : Math.max(0, secondsBetween(facts.due, facts.now)),
    cause: culprit.cause ?? "next_poll",
    answer: culprit.finding,
    remedy: culprit.remedy ?? null,
    steps: findings.map(step),
  };
}

function step({ subject, finding, evidence, cause, odd }: Finding): ExplanationStep {
  return { subject, ok: cause === undefined && odd !== true, finding, evidence: JsonText.of(evidence) };
}

/** The links in the order in which a run passes them; a clock that is off explains only what nothing else does. */
function chain(facts: Facts, holders: readonly SlotHolder[], serverNow: Timestamp): Finding[] {
  const links = [
    findSchedule(facts),
    findDeployment(facts),
    findQueue(facts),
    findPool(facts),
    findWorkers(facts),
    findQueueLimit(facts, holders),
    findPoolLimit(facts, holders),
    findDeploymentLimit(facts, holders),
    findClock(facts, serverNow),
  ];
  return links.filter((finding) => finding !== undefined);
}

/** Nothing is wrong: the run is taken with one of the next polls. */
function lastLink({ ahead, queue_name: queue, due, now }: Facts): Finding {
  const subject = "worker";
  if (ahead !== null && ahead > 0 && queue !== null) {
    const count = ahead >= 1000 ? "1000 or more runs" : ahead === 1 ? "1 run" : `${ahead} runs`;
    const finding = `${count} of work queue '${queue}' are due before this one; they are submitted first.`;
    return {
      subject,
      finding: ahead === 1 ? finding.replace("are due", "is due").replace("they are", "it is") : finding,
      evidence: { ahead },
      cause: "runs_ahead",
    };
  }
  const waits = due === null ? "" : `, which has been due for ${spoken(secondsBetween(due, now))}`;
  const finding = `Nothing keeps this run${waits}: the next poll takes it.`;
  return { subject, finding, evidence: {}, cause: "next_poll" };
}

function findState(facts: Facts): Finding {
  const { state_type: type, state_name: name, state_timestamp: at, now } = facts;
  const evidence = { type, name, since: at, due: facts.due };
  const long = at === null ? "" : ` for ${spoken(secondsBetween(at, now))}`;
  const because = (cause: ExplanationCause, finding: string, remedy?: string): Finding => ({
    subject: "state",
    finding,
    evidence,
    cause,
    ...(remedy !== undefined && { remedy }),
  });
  if (isTerminal(type)) return because("ended", `The run has ended: it has been ${name}${long}.`);
  switch (type) {
    case "RUNNING":
      return because("running", `The run has been running${long}.`);
    case "PENDING":
      return findSubmitted(facts, long, because);
    case "CANCELLING":
      return because("cancelling", `The run has been cancelling${long}: its process is being ended.`);
    case "PAUSED":
      return findPaused(facts, long, because);
    case "SCHEDULED":
      return findWaiting(facts, evidence, because);
    default:
      return because("not_scheduled", "The run has no state that anybody would start it from.");
  }
}

type Because = (cause: ExplanationCause, finding: string, remedy?: string) => Finding;

function findSubmitted({ worker, worker_online, infrastructure_pid }: Facts, long: string, because: Because): Finding {
  const by = worker === null ? "" : ` by worker '${worker}'`;
  if (worker_online === false) {
    const gone = `The run was submitted${by}, which is offline, and has not begun${long}.`;
    const remedy = infrastructure_pid === null ? "It crashes by itself if nothing was started for it." : undefined;
    return because("submitted_worker_gone", gone, remedy);
  }
  return because("submitted", `The run was submitted${by} and has waited for its infrastructure${long}.`);
}

function findPaused({ reschedules, resume_until, now }: Facts, long: string, because: Because): Finding {
  const until =
    resume_until === null ? "" : `; it fails unless it is resumed within ${spoken(secondsBetween(now, resume_until))}`;
  const remedy = "Resume it: `POST /flow_runs/{id}/resume`, or `resume_flow_run` in Python.";
  return reschedules
    ? because("suspended", `The run has been suspended${long}${until}.`, remedy)
    : because("paused", `The run has been paused${long}${until}.`, remedy);
}

function findWaiting(
  { state_name: name, due, in_process, now }: Facts,
  evidence: Finding["evidence"],
  because: Because,
): Finding {
  const ahead = due === null ? 0 : secondsBetween(now, due);
  if (in_process)
    return because("awaiting_retry_in_process", "The run waits in its own process for its retry; no worker takes it.");
  if (ahead > 0 && name === "AwaitingConcurrencySlot") {
    const finding = `The concurrency limit of the run's deployment was full; it asks again in ${spoken(ahead)}.`;
    return because("awaiting_slot", finding);
  }
  if (ahead > 0 && name === "AwaitingRetry") return because("awaiting_retry", `The run is retried in ${spoken(ahead)}.`);
  if (ahead > 0) return because("not_due", `The run is not late: it is due in ${spoken(ahead)}.`);
  return { subject: "state", finding: `The run has been due for ${spoken(-ahead)}.`, evidence };
}
