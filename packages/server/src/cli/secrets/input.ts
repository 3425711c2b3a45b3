import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Facts, factsInTurn, type Passwords, readFacts, resolvePasswords, type SecretSet } from "@praetor/secrets/sets";
import { storeReaders } from "@praetor/secrets/stores";
import { type Contract, isContractName, secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import type { Terminal } from "../terminal.ts";
import { clusterTarget } from "./place.ts";

/** The contract that was asked for, or the one that a set is nearest to: Praetor's when it has one of its additions. */
export function contractFor(given: Given, set?: SecretSet): Contract {
  const name = given.options["--contract"];
  if (name !== undefined && !isContractName(name)) {
    throw new CommandError("--contract: there is no such contract.", "Name `seed` or `praetor`.", "usage");
  }
  if (name !== undefined) return secretsContract(name);
  const praetor = secretsContract("praetor");
  const hasAddition = praetor.additions.some(
    ({ entry }) => set === undefined || set.objects.get(entry.object)?.entries.has(entry.key),
  );
  return hasAddition ? praetor : secretsContract("seed");
}

export interface Stated {
  readonly facts: Facts;
  readonly passwords: Passwords;
}

/** The facts alone. */
export function factsFor(terminal: Terminal, given: Given): Facts {
  return readFacts(readText(factsPath(terminal, given), "Write them with `praetor secrets init`, or name them with --facts."));
}

/** The facts and the secrets that they refer to, wherever those are; what exists is kept, and of two roles that take turns the one whose it is. */
export async function statedFor(terminal: Terminal, given: Given, existing?: SecretSet): Promise<Stated> {
  const stated = factsFor(terminal, given);
  const facts = existing === undefined ? stated : factsInTurn(stated, existing);
  const passwords = await resolvePasswords(facts, {
    environment: terminal.environment,
    folder: dirname(factsPath(terminal, given)),
    stores: storeReaders(terminal.environment, clusterTarget(given)),
    ...(existing && { existing }),
  });
  return { facts, passwords };
}

const factsPath = (terminal: Terminal, given: Given): string =>
  resolve(terminal.folder, given.options["--facts"] ?? "secrets.yaml");

/** A file's text; when it cannot be read, the remedy says what to do. */
export function readText(path: string, remedy: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError(`${path} cannot be read (${code}).`, remedy);
  }
}
