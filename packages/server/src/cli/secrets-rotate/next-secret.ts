import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPreparedAlike, type Secret } from "@praetor/secrets";
import { RotationError, type RotationTarget } from "@praetor/secrets/rotation";
import {
  generatePassword,
  parseReference,
  placeName,
  type Reference,
  resolveReference,
  type Sources,
} from "@praetor/secrets/sets";
import { storeReaders } from "@praetor/secrets/stores";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { factsFor } from "../secrets/input.ts";
import { clusterTarget } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** Makes the new secret of a target, or fetches it from where an option or the facts say. */
export function nextSecret(terminal: Terminal, given: Given, target: RotationTarget): (current: Secret) => Promise<Secret> {
  const facts = resolve(terminal.folder, given.options["--facts"] ?? "secrets.yaml");
  const stated =
    given.options["--facts"] !== undefined || existsSync(facts) ? statedReference(terminal, given, target) : undefined;
  const named = given.options["--new"];
  const reference = named === undefined ? stated : referenceFrom(named);
  return async (current) => {
    // A key of the set at hand is what is being replaced.
    const isReplaced = named === undefined && reference?.kind === "kubernetes";
    if (reference === undefined || reference.kind === "generate" || isReplaced) {
      if (target.kind === "external") throw absent(target);
      return generatePassword();
    }
    const secret = await resolveReference(
      reference,
      sourcesFor(terminal, given, named === undefined ? dirname(facts) : terminal.folder),
    );
    if (secret.equals(current)) throw unchanged(target, named === undefined);
    requireFit(target, secret);
    return secret;
  };
}

function statedReference(terminal: Terminal, given: Given, { user, entries }: RotationTarget): Reference | undefined {
  const facts = factsFor(terminal, given);
  if (user !== undefined) return facts.users[user].password;
  const [first] = entries;
  return first && facts.others.get(placeName(first));
}

/** @throws CommandError; what is no reference may be the secret itself, so it is not repeated. */
export function referenceFrom(text: string): Reference {
  const parsed = parseReference(text);
  if ("reference" in parsed) return parsed.reference;
  throw new CommandError("The new secret must not be typed here.", "Say where it is, such as env:NEW or file:./new.", "usage");
}

function requireFit({ name, kind }: RotationTarget, secret: Secret): void {
  if (kind === "keyring" && !/^[A-Za-z0-9_-]{43}$/.test(secret.reveal())) {
    const problem = `What is to be the new key of ${name} is not 32 bytes in base64url (43 characters).`;
    throw new RotationError("secret_unfit", problem, "Leave --new away: a key is made then.");
  }
  if (kind === "role" && !isPreparedAlike(secret.reveal())) {
    const problem = `The new password of ${name} has characters that clients of PostgreSQL prepare in different ways.`;
    throw new RotationError(
      "secret_unfit",
      problem,
      "Choose one without ligatures, fractions, combining marks and special spaces.",
    );
  }
}

function absent({ name }: RotationTarget): RotationError {
  const problem = `The new ${name} comes from outside, and nothing says where it is.`;
  return new RotationError("secret_missing", problem, "Have it made there, and name it with --new, such as --new env:NEXT.");
}

function unchanged({ name }: RotationTarget, stated: boolean): RotationError {
  const problem = `What ${stated ? "the facts name" : "--new names"} for ${name} is the secret that it has already.`;
  const remedy = stated ? "Put the new one there first, or name it with --new; `--new generate` makes one." : "Name another.";
  return new RotationError("secret_unchanged", problem, remedy);
}

/** Where references are looked up; `folder` is what paths of files are relative to. */
export function sourcesFor({ environment }: Terminal, given: Given, folder: string): Sources {
  return { environment, folder, stores: storeReaders(environment, clusterTarget(given)) };
}
