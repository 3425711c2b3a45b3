import { writeFile } from "node:fs/promises";
import { writePrivateFile } from "@praetor/secrets/sets";
import type { Given } from "../definition.ts";
import { CommandError, type Outcome } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { pathIn } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";
import { forms } from "./forms.ts";

/** `praetor secrets render` */
export const run = explained(async (terminal, given) => {
  const [name = ""] = given.operands;
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined)
    throw new CommandError(`There is no form ${name}.`, `There are ${Object.keys(forms).join(", ")}.`, "usage");
  const out = given.options["--out"];
  if (form.holdsSecrets && out === undefined && !given.flags.has("--unsafe-stdout")) {
    throw new CommandError(`${name} holds secrets.`, "Name a file with --out, or print them with --unsafe-stdout.");
  }
  return deliver(terminal, given, await form.render(terminal, given), form.holdsSecrets);
});

async function deliver(terminal: Terminal, given: Given, text: string, secret: boolean): Promise<Outcome> {
  const out = given.options["--out"];
  if (out === undefined) terminal.out(text.trimEnd());
  else if (secret) await writePrivateFile(pathIn(terminal, out), text);
  else await writeFile(pathIn(terminal, out), text);
  if (out !== undefined) terminal.error(`Wrote ${pathIn(terminal, out)}${secret ? ", which only you may read" : ""}.`);
  return "success";
}
