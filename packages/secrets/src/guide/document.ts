import type { Contract, ContractEntry } from "@praetor/topology";

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
