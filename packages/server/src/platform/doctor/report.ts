import type { Finding } from "../finding.ts";
import type { CheckResult } from "./check.ts";
import type { Report } from "./examine.ts";

/** All that was found, errors first. */
export function findingsOf({ results }: Report): readonly Finding[] {
  const order = ["error", "warning", "note"];
  return results
    .flatMap(({ findings }) => findings)
    .toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}

/** What a command answers to the shell: 0 nothing to mend, 2 findings; notes do not count. */
export function exitCodeOf(report: Report): 0 | 2 {
  return findingsOf(report).some(({ severity }) => severity !== "note") ? 2 : 0;
}

const done = ({ results }: Report) => results.filter(({ outcome }) => outcome !== "skipped").length;

/** For people: what, where, why, and how to mend it. */
export function reportText(report: Report): string {
  const findings = findingsOf(report);
  const seconds = report.seconds.toFixed(1);
  const skipped = report.results.length - done(report);
  const count = `${done(report)} checks in ${seconds} s${skipped === 0 ? "" : `, ${skipped} skipped since what they rest on failed`}`;
  const headline = exitCodeOf(report) === 0 ? `All well: ${count}.` : `${findings.length} findings: ${count}.`;
  return [headline, ...blocksOf(findings)].join("\n\n");
}

/** What is the same in several places is told once, with all of them. */
function blocksOf(findings: readonly Finding[]): string[] {
  const alike = Map.groupBy(findings, ({ severity, code, message, remedy }) => [severity, code, message, remedy].join("\n"));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { severity, code, message, remedy } = first;
    const places = [...Map.groupBy(group, ({ object }) => object)].map(([object, own]) =>
      [object, own.flatMap(({ key }) => key ?? []).join(", ")].filter(Boolean).join(" "),
    );
    return [`${severity} ${code}\n  ${places.join("; ")}: ${message}\n  mend: ${remedy}`];
  });
}

/** For programs: the findings as `check` prints its own, and every check with its outcome. */
export function reportJson(report: Report): string {
  const checks = report.results.map(({ name, where, outcome, seconds, findings }) => ({
    name,
    where,
    outcome,
    seconds: Number(seconds.toFixed(3)),
    findings: findings.length,
  }));
  return JSON.stringify({ findings: findingsOf(report), checks, seconds: Number(report.seconds.toFixed(3)) }, undefined, 2);
}

/** For CI: a test case for each check. Warnings fail theirs, as they fail the command. */
export function reportJunit(report: Report): string {
  const failed = report.results.filter(fails).length;
  const skipped = report.results.length - done(report);
  const cases = report.results.map(testCase).join("\n");
  const counts = `tests="${report.results.length}" failures="${failed}" skipped="${skipped}" time="${report.seconds.toFixed(3)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="praetor secrets doctor" ${counts}>\n${cases}\n</testsuite>\n`;
}

const fails = ({ findings }: CheckResult) => findings.some(({ severity }) => severity !== "note");

function testCase(result: CheckResult): string {
  const { name, where, outcome, findings, seconds } = result;
  const head = `  <testcase classname="${escape(name)}" name="${escape(where)}" time="${seconds.toFixed(3)}"`;
  if (outcome === "skipped") return `${head}><skipped/></testcase>`;
  if (!fails(result)) return `${head}/>`;
  const [first] = findings;
  const text = findings.map(({ severity, code, message, remedy }) => `${severity} ${code}: ${message}\nmend: ${remedy}`);
  return `${head}><failure type="${escape(first?.code ?? "")}" message="${escape(first?.message ?? "")}">${escape(text.join("\n"))}</failure></testcase>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** XML has no place for control characters, not even escaped. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "").replace(/[^\P{Cc}\n\t]/gu, "\uFFFD");
}
