import { type ExplanationCause, secondsBetween, type Timestamp } from "@praetor/wire";
import type { Facts, SlotHolder } from "./facts.ts";
import { holdersOf, spoken } from "./words.ts";

/** What one link of the chain shows. With a cause it keeps the run from running. */
export interface Finding {
  readonly subject: string;
  readonly finding: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly cause?: ExplanationCause;
  readonly remedy?: string;
  /** Not as it should be, though the run may run all the same. */
  readonly odd?: boolean;
}

/** Clocks that differ by less are taken for equal. */
const CLOCKS_EQUAL_SECONDS = 5;
/** Workers ask every ten seconds or so; one that did not for so long does not. */
const POLLED_LATELY_SECONDS = 60;

const since = (moment: Timestamp, now: Timestamp) => spoken(secondsBetween(moment, now));

export function findSchedule({ schedule_id, schedule_found, schedule_active }: Facts): Finding | undefined {
  if (schedule_id === null) return undefined;
  const evidence = { id: schedule_id, active: schedule_active };
  const subject = "schedule";
  if (!schedule_found)
    return { subject, finding: "The schedule that made this run is gone; the run is not.", evidence, odd: true };
  if (schedule_active === false) {
    return { subject, finding: "The schedule that made this run is inactive: it makes no further ones.", evidence, odd: true };
  }
  return { subject, finding: "The schedule that made this run is active.", evidence };
}

export function findClock({ now }: Facts, serverNow: Timestamp): Finding {
  const off = secondsBetween(now, serverNow);
  const evidence = { server: serverNow, database: now };
  const subject = "clock";
  if (Math.abs(off) < CLOCKS_EQUAL_SECONDS) return { subject, finding: "The clocks of server and database agree.", evidence };
  const finding = `The server's clock is ${spoken(Math.abs(off))} ${off > 0 ? "ahead of" : "behind"} the database's.`;
  return { subject, finding, evidence, cause: "server_clock_off", remedy: "Set the server's clock by a time server (NTP)." };
}

export function findDeployment(facts: Facts): Finding {
  const { deployment_id: id, deployment_name: name, deployment_paused: paused, now } = facts;
  const subject = "deployment";
  if (id === null) {
    const finding = "The run has no deployment, so that no worker takes it: the process that made it must start it.";
    return { subject, finding, evidence: {}, cause: "no_deployment" };
  }
  const evidence = { id, name, paused, last_polled: facts.deployment_last_polled };
  if (name === null) {
    const remedy = "Deploy it again and start a run of it, or cancel this one.";
    return { subject, finding: "The run's deployment was deleted.", evidence, cause: "deployment_deleted", remedy };
  }
  if (facts.queue_id === null && facts.work_queue_name === null)
    return findServed(name, evidence, facts.deployment_last_polled, now);
  if (paused) {
    const finding = `Deployment '${name}' is paused: its schedules make no runs; runs that are there go on.`;
    return { subject, finding, evidence, odd: true };
  }
  return { subject, finding: `Deployment '${name}' is not paused.`, evidence };
}

/** A deployment without a pool runs in the process that serves it. */
function findServed(name: string, evidence: Finding["evidence"], polled: Timestamp | null, now: Timestamp): Finding {
  const subject = "deployment";
  const remedy = "Start the process that serves it (`flow.serve()`), or deploy it to a work pool.";
  if (polled === null) {
    const finding = `No process has ever asked for runs of deployment '${name}', which is in no work pool.`;
    return { subject, finding, evidence, cause: "deployment_never_served", remedy };
  }
  const seconds = secondsBetween(polled, now);
  if (seconds > POLLED_LATELY_SECONDS) {
    const finding = `No process has asked for runs of deployment '${name}' for ${spoken(seconds)}.`;
    return { subject, finding, evidence, cause: "deployment_not_served", remedy };
  }
  return { subject, finding: `A process asked for runs of deployment '${name}' ${spoken(seconds)} ago.`, evidence };
}

export function findPool(facts: Facts): Finding | undefined {
  const { pool_name: name, pool_type: type, pool_paused: paused } = facts;
  if (name === null) return undefined;
  const subject = "work pool";
  const evidence = { id: facts.pool_id, name, type, paused };
  if (type === "prefect-agent") {
    const finding = `Work pool '${name}' is of the type that no worker serves.`;
    const remedy = "Deploy to a work pool of a worker's type, for example `process`.";
    return { subject, finding, evidence, cause: "pool_without_workers", remedy };
  }
  if (paused) {
    const remedy = `prefect work-pool resume '${name}'`;
    return { subject, finding: `Work pool '${name}' is paused.`, evidence, cause: "pool_paused", remedy };
  }
  return { subject, finding: `Work pool '${name}' is not paused.`, evidence };
}

export function findQueue(facts: Facts): Finding | undefined {
  const { queue_id: id, queue_name: name, queue_paused: paused, pool_name: pool, work_queue_name: meant } = facts;
  const subject = "work queue";
  if (id === null || name === null) {
    if (meant === null) return undefined;
    const remedy = "Deploy it to a work pool that is there and start a run of it, or cancel this one.";
    const finding = `The work queue of this run, '${meant}', was deleted.`;
    return { subject, finding, evidence: { name: meant }, cause: "queue_deleted", remedy };
  }
  const evidence = { id, name, paused, last_polled: facts.queue_last_polled };
  if (paused) {
    const remedy = `prefect work-queue resume '${name}' --pool '${pool}'`;
    return { subject, finding: `Work queue '${name}' is paused.`, evidence, cause: "queue_paused", remedy };
  }
  return { subject, finding: `Work queue '${name}' is not paused.`, evidence };
}

export function findWorkers(facts: Facts): Finding | undefined {
  const { pool_name: pool, pool_type: type, workers_online: online, last_heartbeat, last_worker, now } = facts;
  if (pool === null) return undefined;
  const subject = "workers";
  const evidence = { online, last_worker, last_heartbeat, polled: facts.queue_last_polled };
  const remedy = `prefect worker start --pool '${pool}'`;
  if (facts.workers_of_other_type) {
    const finding = `A worker that serves work pool '${pool}' is not of the pool's type, '${type}'.`;
    if (facts.workers_of_other_type === online) {
      return { subject, finding, evidence, cause: "worker_type_mismatch", remedy: `${remedy} --type ${type}` };
    }
  }
  if (online) return findPolling(facts, evidence);
  if (last_heartbeat === null) {
    return { subject, finding: `No worker has ever served work pool '${pool}'.`, evidence, cause: "no_worker_ever", remedy };
  }
  const finding = `No worker of work pool '${pool}' is online: the last, '${last_worker}', was heard ${since(last_heartbeat, now)} ago.`;
  return { subject, finding, evidence, cause: "no_worker_online", remedy };
}

/** Workers are there; they must also ask for the runs of this queue, up to the present. */
function findPolling(facts: Facts, evidence: Finding["evidence"]): Finding {
  const { pool_name: pool, queue_name: queue, queue_last_polled: polled, queue_polled_before: before, due, now } = facts;
  const subject = "workers";
  const remedy = `prefect worker start --pool '${pool}' --work-queue '${queue}'`;
  if (polled === null || secondsBetween(polled, now) > POLLED_LATELY_SECONDS) {
    const long = polled === null ? "has ever asked" : `has asked for ${since(polled, now)}`;
    const finding = `Workers of work pool '${pool}' are online, but none ${long} for runs of work queue '${queue}'.`;
    return { subject, finding, evidence, cause: "queue_not_polled", remedy };
  }
  const behind = before === null ? 0 : secondsBetween(before, polled);
  if (due !== null && before !== null && behind > CLOCKS_EQUAL_SECONDS && secondsBetween(before, due) > 0) {
    const finding = `The clock of the worker that asks for runs of work queue '${queue}' is at least ${spoken(behind)} behind.`;
    const set = "Set the clock of the worker's machine by a time server (NTP).";
    return {
      subject,
      finding,
      evidence: { ...evidence, asked_for_runs_before: before },
      cause: "worker_clock_behind",
      remedy: set,
    };
  }
  return { subject, finding: `A worker asked for runs of work queue '${queue}' ${since(polled, now)} ago.`, evidence };
}

export function findQueueLimit(facts: Facts, holders: readonly SlotHolder[]): Finding | undefined {
  const { queue_name: name, queue_limit: limit, queue_taken: taken, pool_name: pool } = facts;
  if (name === null || limit === null) return undefined;
  const remedy = `prefect work-queue set-concurrency-limit '${name}' ${limit + 1} --pool '${pool}'`;
  return findLimit("queue", `of work queue '${name}'`, limit, taken ?? 0, holders, { cause: "queue_limit_full", remedy });
}

export function findPoolLimit(facts: Facts, holders: readonly SlotHolder[]): Finding | undefined {
  const { pool_name: name, pool_limit: limit, pool_taken: taken } = facts;
  if (name === null || limit === null) return undefined;
  const remedy = `prefect work-pool set-concurrency-limit '${name}' ${limit + 1}`;
  return findLimit("pool", `of work pool '${name}'`, limit, taken ?? 0, holders, { cause: "pool_limit_full", remedy });
}

export function findDeploymentLimit(facts: Facts, holders: readonly SlotHolder[]): Finding | undefined {
  const { limit_name: name, limit_slots: limit, limit_taken: taken, deployment_name: deployment } = facts;
  if (name === null || limit === null) return undefined;
  const of = `of deployment '${deployment}'`;
  if (limit === 0) {
    const remedy = `prefect gcl update '${name}' --limit 1`;
    const finding = `The concurrency limit ${of} is 0, so that none of its runs can begin.`;
    return { subject: "deployment limit", finding, evidence: { limit }, cause: "deployment_limit_zero", remedy };
  }
  const remedy = `prefect gcl update '${name}' --limit ${limit + 1}`;
  return findLimit("deployment", of, limit, taken ?? 0, holders, { cause: "deployment_limit_full", remedy });
}

function findLimit(
  of: SlotHolder["of"],
  whose: string,
  limit: number,
  taken: number,
  holders: readonly SlotHolder[],
  full: { readonly cause: ExplanationCause; readonly remedy: string },
): Finding {
  const subject = `${of === "deployment" ? "" : "work "}${of} limit`;
  const evidence = { limit, taken, held_by: holders.filter((holder) => holder.of === of) };
  if (taken < limit) return { subject, finding: `${limit - taken} of ${limit} slots ${whose} are free.`, evidence };
  const remedy = `Wait for a slot, or raise the limit: ${full.remedy}`;
  const held = holdersOf(holders, of, taken);
  const all = limit === 1 ? `The only slot ${whose} is taken` : `All ${limit} slots ${whose} are taken`;
  const finding = limit === 0 ? `The concurrency limit ${whose} is 0.` : `${all}${held}.`;
  return { subject, finding, evidence, cause: full.cause, remedy };
}
