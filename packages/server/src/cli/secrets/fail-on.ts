import type { Given } from "../definition.ts";
import { CommandError, type Outcome } from "../exit.ts";

export const failOnOption = {
  option: "--fail-on <severity>",
  description: "Which findings make it exit with 2: `warning`, unless given, and worse, or only `error`.",
};

const severities: Readonly<Record<string, readonly string[]>> = { warning: ["warning", "error"], error: ["error"] };

/** The severities that count, by what was asked for. */
export function failingSeverities({ options: { "--fail-on": named = "warning" } }: Given): readonly string[] {
  const failing = severities[named];
  if (failing === undefined) {
    throw new CommandError("--fail-on: there is no such severity.", "Name `warning` or `error`.", "usage");
  }
  return failing;
}

/** How a command that has found these ends. */
export function outcomeOf(findings: readonly { readonly severity: string }[], failing: readonly string[]): Outcome {
  return findings.some(({ severity }) => failing.includes(severity)) ? "findings" : "success";
}
