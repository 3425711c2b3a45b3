import { optional } from "./filters.ts";
import {
  boolean,
  duration,
  integer,
  jsonObject,
  JsonText,
  model,
  nullable,
  prepared,
  string,
  type Timestamp,
  timestamp,
  union,
  uuid,
} from "./kit/index.ts";
import { identity } from "./identity.ts";
import { cronComplaint, rruleComplaint } from "./schedules/text.ts";
import { TIME_ZONES } from "./schedules/zones.ts";

/** The most that a schedule may ask to be scheduled ahead. */
const MAXIMUM_SCHEDULED_RUNS = 50;

/** Every so many seconds, counted from a date. */
export interface IntervalSchedule {
  interval: number;
  anchor_date: Timestamp;
  timezone: string | null;
}
export interface CronSchedule {
  cron: string;
  timezone: string | null;
  /** Whether a day of the month and a weekday, both given, are alternatives. */
  day_or: boolean;
}
export interface RRuleSchedule {
  rrule: string;
  timezone: string | null;
}
export type Schedule = IntervalSchedule | CronSchedule | RRuleSchedule;

/** Stands for the moment at which a schedule that names no anchor is stored: reading one does not know the time. */
export const NO_ANCHOR = "0001-01-01T00:00:00Z" as Timestamp;

const zone = () => optional(string()).with({ examples: ["America/New_York"] });

const PLACE = "specify in IANA tzdata format, for example, America/New_York";

// oxlint-disable-next-line camelcase -- the name is part of what clients are told of a schedule that is refused
function validate_timezone({ timezone }: { timezone: string | null }): string | undefined {
  if (timezone === null || timezone === "" || TIME_ZONES.has(timezone)) return undefined;
  return `Invalid timezone: "${timezone}" (${PLACE})`;
}

export const IntervalSchedule = model<IntervalSchedule>(
  "IntervalSchedule",
  {
    interval: duration().check((seconds) => (seconds > 0 ? undefined : "interval must be positive")),
    anchor_date: timestamp()
      .default(() => NO_ANCHOR)
      .with({ examples: ["2020-01-01T00:00:00Z"] }),
    // An anchor is a moment, whose zone can only be UTC.
    timezone: prepared(zone(), (input) => input ?? "UTC")
      .default(() => "UTC")
      .with({ extra: { default: null } }),
  },
  { extra: "forbid", check: validate_timezone },
);
export const CronSchedule = model<CronSchedule>(
  "CronSchedule",
  {
    cron: string()
      .check(cronComplaint)
      .with({ examples: ["0 0 * * *"] }),
    timezone: zone(),
    day_or: boolean().default(true),
  },
  { extra: "forbid", check: validate_timezone },
);
export const RRuleSchedule = model<RRuleSchedule>(
  "RRuleSchedule",
  {
    rrule: string().check(rruleComplaint),
    timezone: nullable(
      string().check((name) => (TIME_ZONES.has(name) ? undefined : `Invalid timezone: "${name}" (${PLACE})`)),
    ).default("UTC"),
  },
  { extra: "forbid" },
);
export const Schedule = union([IntervalSchedule, CronSchedule, RRuleSchedule]);

const parameters = () => jsonObject().default(() => new JsonText("{}"));

/** A schedule of a deployment as it is answered. */
export interface DeploymentSchedule {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  deployment_id: string | null;
  schedule: Schedule;
  active: boolean;
  max_scheduled_runs: number | null;
  parameters: JsonText;
  slug: string | null;
}
const maximum = () => optional(integer({ gt: 0 }).check(mostRuns));

function mostRuns(runs: number): string | undefined {
  if (runs <= MAXIMUM_SCHEDULED_RUNS) return undefined;
  return `\`max_scheduled_runs\` must be less than or equal to ${MAXIMUM_SCHEDULED_RUNS}.`;
}

export const DeploymentSchedule = model<DeploymentSchedule>("DeploymentSchedule", {
  ...identity,
  deployment_id: optional(uuid()),
  schedule: Schedule,
  active: boolean().default(true),
  max_scheduled_runs: optional(integer({ gt: 0 })),
  parameters: parameters(),
  slug: optional(string()),
});

export interface DeploymentScheduleCreate {
  active: boolean;
  schedule: Schedule;
  max_scheduled_runs: number | null;
  parameters: JsonText;
  slug: string | null;
  /** The slug of the schedule that this one takes the place of. */
  replaces: string | null;
}
export const DeploymentScheduleCreate = model<DeploymentScheduleCreate>(
  "DeploymentScheduleCreate",
  {
    active: boolean().default(true),
    schedule: Schedule,
    max_scheduled_runs: maximum(),
    parameters: parameters(),
    slug: optional(string()),
    replaces: optional(string()),
  },
  { extra: "forbid" },
);

/** What is null is left as it is, but for the parameters. */
export type DeploymentScheduleUpdate = Omit<DeploymentScheduleCreate, "active" | "schedule"> & {
  active: boolean | null;
  schedule: Schedule | null;
};
export const DeploymentScheduleUpdate = model<DeploymentScheduleUpdate>(
  "DeploymentScheduleUpdate",
  {
    active: optional(boolean()),
    schedule: optional(Schedule),
    max_scheduled_runs: maximum(),
    parameters: parameters(),
    slug: optional(string()),
    replaces: optional(string()),
  },
  { extra: "forbid" },
);
