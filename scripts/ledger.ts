import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sum, type Tally } from "./tally.ts";

function page(folder: string, name: string): string[] {
  const path = join(folder, name);
  return existsSync(path) ? [...new Set(readFileSync(path, "utf8").trim().split("\n"))] : [];
}

/**
 * Runs a suite and holds it to the rule that every route of the table is called by some test. The tests write both down;
 * only a whole run knows, so that no test of its own can say it.
 */
export async function withRouteLedger(suite: () => Promise<Tally>): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "praetor-ledger-"));
  process.env["PRAETOR_ROUTE_LEDGER"] = folder;
  try {
    const tally = await suite();
    const called = page(folder, "called");
    const table = page(folder, "table");
    const uncalled = table.filter((route) => !called.includes(route));
    const failures = uncalled.map((route) => `No test calls ${route}.`);
    if (table.length === 0) failures.push("The table of routes was not written down.");
    return sum(tally, { passed: table.length - uncalled.length, skipped: 0, failures });
  } finally {
    delete process.env["PRAETOR_ROUTE_LEDGER"];
    rmSync(folder, { recursive: true });
  }
}
