import type { Explanation } from "./explanation.ts";

/** The answer in a sentence, what to do, and what every link of the chain shows. */
export function printed({ name, state_name, answer, remedy, steps }: Explanation): string {
  const width = Math.max(...steps.map(({ subject }) => subject.length));
  const links = steps.map(({ subject, ok, finding }) => `  ${ok ? "ok" : "!!"}  ${subject.padEnd(width)}  ${finding}`);
  return [
    answer,
    ...(remedy === null ? [] : [`  ${remedy}`]),
    "",
    `Flow run '${name}', ${state_name ?? "without a state"}:`,
    ...links,
  ].join("\n");
}
