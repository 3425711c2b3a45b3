import type { Diagnosis } from "./finding.ts";

const marks = /<[^<>]*>|\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}/;
const knownWords =
  /^<((non )?url encoded |(service|super)user |(replica )?database |url encoded )*(hostname|host|port|password|user|name)>$/i;

/**
 * A piece of a template that nobody filled in. Its text is repeated only when it is one that documents print: what stands
 * between the marks may be a password that somebody put there.
 */
export function placeholderIn(text: string): Diagnosis | undefined {
  const found = marks.exec(text);
  if (found === null) return undefined;
  const shown = /^<[a-z ]+>$/i.test(found[0]) && knownWords.test(found[0]) ? ` ${found[0]}` : "";
  const message = `A placeholder${shown} is left in the value at character ${found.index + 1}.`;
  return {
    code: "placeholder_left",
    message,
    remedy: "Fill it in, or let `praetor secrets render` write the value from the facts.",
  };
}
