import { fromMicroseconds, JsonText, parseJson, type Schedule, type Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { generateName } from "../names/index.ts";
import { zoneOf } from "./zone.ts";

type Deps = Pick<Dependencies, "ids" | "random">;

/** A schedule whose runs are made, with what they take from it and from its deployment. */
export interface ScheduleOfRuns {
  readonly workspace_id: string;
  readonly id: string;
  readonly deployment_id: string;
  readonly schedule: Schedule;
  readonly parameters: JsonText;
  readonly slug: string | null;
  readonly deployment_parameters: JsonText;
  readonly deployment_labels: JsonText | null;
  readonly flow_id: string;
}

const object = (text: JsonText | null): object => (text === null ? {} : { ...(parseJson(text.text) as object) });

/** What all runs of a schedule have in common, as `insertScheduledRuns` reads it. */
export function scheduleRow(schedule: ScheduleOfRuns) {
  const { workspace_id, id, deployment_id, flow_id, slug } = schedule;
  const ownLabels = { "prefect.flow.id": flow_id, "prefect.deployment.id": deployment_id };
  return {
    workspace_id,
    schedule_id: id,
    deployment_id,
    parameters: JsonText.of({ ...object(schedule.deployment_parameters), ...object(schedule.parameters) }).text,
    labels: JsonText.of({ ...object(schedule.deployment_labels), ...ownLabels }).text,
    created_by: { id, type: "SCHEDULE", display_value: slug ?? kindOf(schedule.schedule) },
  };
}

function kindOf(schedule: Schedule): string {
  if ("interval" in schedule) return "IntervalSchedule";
  return "cron" in schedule ? "CronSchedule" : "RRuleSchedule";
}

export interface RunRow {
  readonly schedule_id: string;
  readonly id: string;
  readonly state_id: string;
  readonly name: string;
  readonly key: string;
  readonly at: Timestamp;
  /** The details of its state. */
  readonly details: { readonly scheduled_time: Timestamp };
}

/** One run for each instant. Their keys hold schedule and instant, so that no two are made for one, whoever makes them. */
export function runRows({ ids, random }: Deps, schedule: ScheduleOfRuns, instants: readonly number[]): RunRow[] {
  return instants.map((instant) => {
    const at = fromMicroseconds(instant);
    return {
      schedule_id: schedule.id,
      id: ids.timeOrdered(),
      state_id: ids.timeOrdered(),
      name: generateName(random),
      key: `scheduled ${schedule.deployment_id} ${schedule.id} ${localForm(instant, schedule.schedule.timezone)}`,
      at,
      details: { scheduled_time: at },
    };
  });
}

/** `2026-11-23 07:00:00-05:00`: the instant on the clocks of the schedule's zone, as Python prints it. */
function localForm(instant: number, timezone: string | null): string {
  const seconds = Math.floor(instant / 1e6);
  const offset = zoneOf(timezone).offsetAt(seconds);
  const clock = fromMicroseconds(instant + offset * 1e6)
    .replace("T", " ")
    .replace("Z", "");
  return clock + offsetForm(offset);
}

const two = (number: number) => String(number).padStart(2, "0");

function offsetForm(offset: number): string {
  const size = Math.abs(offset);
  const seconds = size % 60 === 0 ? "" : `:${two(size % 60)}`;
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 3600))}:${two(Math.floor((size % 3600) / 60))}${seconds}`;
}
