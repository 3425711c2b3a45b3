import { keyMetrics, type KeyStatus, keyStatusOf, statusMetrics, statusOf, type StatusRow } from "@praetor/secrets/sets";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor } from "../secrets/input.ts";
import { setGiven } from "../secrets/place.ts";
import { readerText, workloadsGiven } from "../secrets/workloads.ts";
import { table } from "../table.ts";

/** `praetor secrets status` */
export const run = explained(async (terminal, given) => {
  const set = await setGiven(terminal, given);
  const contract = contractFor(given, set);
  const rows = statusOf(set, contract, new Date(), daysFrom(given.options["--rotate-after"]));
  const keys = keyStatusOf(set, contract, await workloadsGiven(terminal, given));
  if (given.flags.has("--prometheus")) terminal.out(`${statusMetrics(rows)}${keyMetrics(keys)}`.trimEnd());
  else if (given.flags.has("--json")) terminal.out(JSON.stringify({ secrets: rows, keys }, undefined, 2));
  else terminal.out(given.flags.has("--keys") ? keyReport(keys) : report(rows));
  return "success";
});

function daysFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}d$/.test(text))
    throw new CommandError("--rotate-after is not a number of days.", "Write it like 90d.", "usage");
  return Number(text.slice(0, -1));
}

function report(rows: readonly StatusRow[]): string {
  const lines = rows.map(({ object, present, keys, ageDays, atMostDays, dueInDays, rotatedAt, readers }) => [
    object,
    present ? String(keys) : "missing",
    ageDays !== undefined ? `${ageDays} d` : atMostDays === undefined ? "-" : `at most ${atMostDays} d`,
    dueInDays === undefined ? "-" : dueInDays <= 0 ? `overdue ${-dueInDays} d` : `in ${dueInDays} d`,
    rotatedAt ?? "-",
    readers.join(" "),
  ]);
  return table(["SECRET", "KEYS", "AGE", "DUE", "LAST ROTATION", "READ BY"], lines);
}

function keyReport(keys: readonly KeyStatus[]): string {
  const lines = keys.map(({ object, key, value, readers, workloads }) => [
    `${object}/${key}`,
    value,
    workloads === undefined ? readers.join(" ") : workloads.map(readerText).join(" ") || "nobody",
  ]);
  return table(["KEY", "VALUE", "READ BY"], lines);
}
