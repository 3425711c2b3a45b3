import type { Contract, ContractEntry } from "@praetor/topology";
import { findingMeanings } from "../check/finding.ts";

/** The table of every key of a contract, for the guide. */
export function keysTable({ entries }: Contract): string {
  const rows = entries.map(
    (entry, index) => `| ${[index + 1, `\`${entry.object}\``, `\`${entry.key}\``, ...columns(entry)].join(" | ")} |`,
  );
  return [
    "| # | Secret | Key | User | Driver | Opens | Server | Password | Readers |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function columns(entry: ContractEntry): string[] {
  const readers = entry.readers.join(", ") || "-";
  const encoding = entry.encoding === "percent" ? "percent-encoded" : "as it is";
  if (entry.kind === "connection") {
    const { user, scheme, database, server, instance } = entry;
    return [`${user}User`, `\`${scheme}\``, database, `${server} ${instance}`, encoding, readers];
  }
  return [entry.kind === "password" ? "serviceUser" : "-", "-", "-", "-", encoding, readers];
}

/** The table of what a contract has beyond the published list, and why. */
export function additionsTable({ additions }: Contract): string {
  const rows = additions.map(({ entry, reason }) => `| \`${entry.object}\` | \`${entry.key}\` | ${reason} |`);
  return ["| Secret | Key | Why |", "|---|---|---|", ...rows].join("\n");
}

/** The table of what `check` can find. */
export function findingsTable(): string {
  const rows = Object.entries(findingMeanings).map(
    ([code, { severity, meaning }]) => `| \`${code}\` | ${severity} | ${meaning} |`,
  );
  return ["| Code | Severity | What is wrong |", "|---|---|---|", ...rows].join("\n");
}
