import type { Contract } from "@praetor/topology";
import type { SecretSet } from "../set/secret-set.ts";
import { targetNameOf } from "../rotation/target.ts";
import { type Age, ageOf, daysSince } from "./due.ts";

/** One Secret: how old its values are, and who reads them. */
export interface StatusRow extends Age {
  readonly object: string;
  readonly present: boolean;
  readonly keys: number;
  readonly readers: readonly string[];
  /** Days since the object was made, where a cluster says so: its values cannot be older. */
  readonly atMostDays: number | undefined;
}

/** The Secrets of the contract as they are, by the annotations that `render` and `apply` leave on them. */
export function statusOf(set: SecretSet, { entries }: Contract, now: Date, rotateAfterDays?: number): StatusRow[] {
  return [...new Set(entries.map(({ object }) => object))].map((name) => {
    const object = set.objects.get(name);
    const own = entries.filter((entry) => entry.object === name);
    const readers = new Set(own.flatMap((entry) => entry.readers));
    const age = ageOf(object ?? { name, annotations: {}, entries: new Map() }, now, own.map(targetNameOf), rotateAfterDays);
    return {
      object: name,
      present: object !== undefined,
      keys: object?.entries.size ?? 0,
      readers: [...readers].toSorted(),
      atMostDays: daysSince(object?.createdAt, now),
      ...age,
    };
  });
}

const metrics: readonly (readonly [name: string, help: string, value: (row: StatusRow) => number | undefined])[] = [
  ["praetor_secret_present", "Whether the Secret exists.", ({ present }) => Number(present)],
  ["praetor_secret_age_days", "Days since its values were last replaced.", ({ ageDays }) => ageDays],
  [
    "praetor_secret_due_in_days",
    "Days until its values are due to be replaced; negative when overdue.",
    ({ dueInDays }) => dueInDays,
  ],
];

/** The rows in Prometheus's text format; what is not known has no sample. */
export function statusMetrics(rows: readonly StatusRow[]): string {
  const lines = metrics.flatMap(([name, help, value]) => {
    const samples = rows.flatMap((row) => (value(row) === undefined ? [] : [`${name}{secret="${row.object}"} ${value(row)}`]));
    return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
  });
  return `${lines.join("\n")}\n`;
}
