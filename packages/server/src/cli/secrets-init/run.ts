import { writeFile } from "node:fs/promises";
import { factsDocument, factsFrom } from "@praetor/secrets/sets";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { pathIn } from "../secrets/place.ts";
import { inputFor } from "./input.ts";

/** `praetor secrets init` */
export const run = explained(async (terminal, given) => {
  const out = pathIn(terminal, given.options["--out"] ?? "secrets.yaml");
  const input = await inputFor(terminal, given);
  // Read as a command would read it: what is wrong is said now, not later.
  factsFrom(input);
  try {
    await writeFile(out, factsDocument(input), { flag: given.flags.has("--force") ? "w" : "wx" });
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (exists)
      throw new CommandError(`${out} is there already.`, "Edit it, replace it with --force, or name another file with --out.");
    throw error;
  }
  terminal.out(`Wrote ${out}. Next: praetor secrets plan`);
  return "success";
});
