/**
 * `npm run api:report`: what the original's API has and ours has not, by group, as both describe themselves.
 * `--shorten` takes off the record (missing.txt) what is served now. Fails when the record is wrong or a served
 * operation differs without a reason.
 */
import { CONFIGURATIONS } from "../harness/configurations.ts";
import { startServer } from "../harness/server.ts";
import { type Comparison, compareApis, isSchema } from "./comparison.ts";
import { recordFaults, shortenRecord } from "./missing.ts";
import { originalApi } from "./original.ts";
import type { Document } from "./operations.ts";

/** The first word of the path: `flow_runs`; of the pages and versions the first two: `ui/flows`. */
function groupOf(operation: string): string {
  if (isSchema(operation)) return "schemas";
  const [, first = "", second = ""] = operation.split("/");
  if (/^(?:ui|v2)$/.test(first)) return `${first}/${second}`;
  return first;
}

function table({ compared, missing }: Comparison): string {
  const groups = Map.groupBy([...missing, ...compared.map(({ operation }) => operation)], groupOf);
  const served = new Map(compared.map((each) => [each.operation, each]));
  const rows = [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([group, operations]) => {
      const found = operations.flatMap((operation) => served.get(operation) ?? []);
      const sum = (kind: "explained" | "unexplained") => found.reduce((total, each) => total + each[kind].length, 0);
      return [group, operations.length, found.length, operations.length - found.length, sum("unexplained"), sum("explained")];
    });
  const total = [1, 2, 3, 4, 5].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  const head = ["group", "operations", "served", "missing", "fields that differ", "explained"];
  return [head, ...rows, ["total", ...total]].map(line).join("\n");
}

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell, column) => (column === 0 ? String(cell).padEnd(24) : String(cell).padStart(20))).join("");
}

async function served(): Promise<Document> {
  const server = await startServer(CONFIGURATIONS.plain);
  try {
    return (await (await fetch(`${server.api}/openapi.json`)).json()) as Document;
  } finally {
    await server.stop();
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`\n${title}:`, ...lines.map((each) => `  ${each}`)];
}

const comparison = compareApis(await served(), originalApi());
if (process.argv.includes("--shorten")) shortenRecord(comparison.missing);
const { lost, closed } = recordFaults(comparison.missing);
const differing = comparison.compared.flatMap(({ operation, unexplained }) => unexplained.map((each) => `${operation} ${each}`));
const report = [
  table(comparison),
  ...section("Missing", comparison.missing),
  ...section("Ours alone", comparison.own),
  ...section("Differ without a reason (golden/exceptions.ts)", differing),
  ...section("Not served, though golden/missing.txt does not list them", lost),
  ...section("Served, though golden/missing.txt lists them (--shorten takes them off)", closed),
];
console.log(report.join("\n"));
process.exitCode = lost.length + closed.length + differing.length === 0 ? 0 : 1;
