import { type Finding, isClean, type SecretSet } from "@praetor/secrets/sets";
import type { Contract } from "@praetor/topology";

/** More keys than these with the same fault in one Secret are told in one paragraph. */
const FEWEST_ALIKE = 4;

/** Findings for people: what, where, why, how to mend it; and one line that sums up. */
export function findingsReport(findings: readonly Finding[], set: SecretSet, contract: Contract): string {
  const alike = Object.values(Object.groupBy(findings, ({ object, code }) => `${object} ${code}`));
  const paragraphs = alike.flatMap((group = []) => (group.length < FEWEST_ALIKE ? group.map(paragraph) : [together(group)]));
  return [...paragraphs, summary(findings, set, contract)].join("\n\n");
}

function paragraph({ severity, code, object, key, message, remedy, position }: Finding): string {
  const place = position === null ? "" : `  ${position.file}:${position.line}`;
  return `${severity}  ${object}${key === null ? "" : `/${key}`}  [${code}]${place}\n  ${message}\n  ${remedy}`;
}

function together(group: readonly Finding[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const { severity, code, object, message, remedy } = first;
  const keys = group.map(({ key }) => key).join(", ");
  return `${severity}  ${object}, ${group.length} keys  [${code}]\n  ${keys}\n  ${message} (So for ${first.key}; the others are alike.)\n  ${remedy}`;
}

function summary(findings: readonly Finding[], { objects }: SecretSet, { name, version, entries }: Contract): string {
  const held = entries.filter(({ object, key }) => objects.get(object)?.entries.has(key)).length;
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  const verdict = isClean(findings) ? ["clean", ...counts] : counts;
  return `${verdict.join(", ")}: ${held} of ${entries.length} keys of the contract ${name} ${version} are there.`;
}
