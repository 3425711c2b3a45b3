import type { Reporter, TestCase, TestModule } from "vitest/node";

interface Row {
  readonly title: string;
  readonly client: string;
  readonly configuration: string;
  readonly passed: boolean;
  readonly seconds: number;
}

/** Prints one line for every scenario that ran: what, with which client, on which server, how it went, how long it took. */
export class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap((module) => [...module.children.allTests()].flatMap(toRow));
    if (rows.length === 0) return;
    rows.sort((a, b) => a.configuration.localeCompare(b.configuration) || a.client.localeCompare(b.client));
    const width = Math.max(...rows.map((row) => row.title.length));
    console.log(`\n${"scenario".padEnd(width)}  client  ${"server".padEnd(19)}  result  seconds`);
    for (const row of rows) console.log(line(row, width));
    const passed = rows.filter((row) => row.passed).length;
    console.log(`${passed} of ${rows.length} scenarios passed`);
  }
}

function line(row: Row, width: number): string {
  const result = row.passed ? "pass" : "FAIL";
  return `${row.title.padEnd(width)}  ${row.client.padEnd(6)}  ${row.configuration.padEnd(19)}  ${result.padEnd(6)}  ${row.seconds.toFixed(1).padStart(7)}`;
}

function toRow(test: TestCase): Row[] {
  const meta: Record<string, unknown> = { ...test.meta() };
  if (typeof meta["client"] !== "string" || typeof meta["configuration"] !== "string") return [];
  // The client's own time was spent before the check began.
  const client = typeof meta["seconds"] === "number" ? meta["seconds"] : 0;
  const seconds = client + (test.diagnostic()?.duration ?? 0) / 1000;
  const title = `${String(meta["group"])}: ${test.name}`;
  return [
    { title, client: meta["client"], configuration: meta["configuration"], passed: test.result().state === "passed", seconds },
  ];
}
