import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { type ContractEntry, type DatabaseUser, secretsContract } from "@praetor/topology";
import { evidenceOf, looksLikeConnection } from "../check/evidence.ts";
import { parseConnectionString } from "../connection-string-parse.ts";
import { Secret } from "../secret.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import { type Facts, placeName } from "./facts.ts";
import { formatReference, type Reference, type ReferenceKind } from "./reference.ts";

/** The few secrets from which all values follow. */
export interface Passwords {
  readonly users: Readonly<Record<DatabaseUser, Secret>>;
  /** The other secrets of the contract by `object/key`; those that are not there are empty. */
  readonly others: ReadonlyMap<string, Secret>;
}

/** Fetches what one kind of reference means. May throw; its message must not hold the secret. */
export type ReferenceReader = (reference: Reference) => Promise<Secret>;

export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that `file:` paths are relative to. */
  readonly folder: string;
  /** Readers of stores that are reached over a network, by kind. */
  readonly stores?: Readonly<Partial<Record<ReferenceKind, ReferenceReader>>>;
  /** What an installation has already: a `generate` keeps it, and makes a value only where there is none. */
  readonly existing?: SecretSet;
}

/** Why a reference gives no secret. */
export class ReferenceError extends Error {
  readonly code = "reference_unreadable";
  readonly remedy: string;

  constructor(reference: Reference, problem: string, remedy: string) {
    super(`${formatReference(reference)} ${problem}.`);
    this.name = "ReferenceError";
    this.remedy = remedy;
  }
}

/** A password of 256 random bits, in characters that no encoding changes. */
export function generatePassword(): Secret {
  return Secret.of(randomBytes(32).toString("base64url"));
}

/**
 * Fetches the secrets that facts refer to.
 *
 * @throws ReferenceError for the first that cannot be had.
 */
export async function resolvePasswords(facts: Facts, sources: Sources): Promise<Passwords> {
  const contract = secretsContract(facts.contract);
  const existing = sources.existing && evidenceOf(sources.existing, contract).passwords;
  const [service, superuser] = await Promise.all([
    fetch(facts.users.service.password, sources, existing?.service),
    fetch(facts.users.super.password, sources, existing?.super),
  ]);
  const others = contract.entries.flatMap((entry) => {
    const reference = facts.others.get(placeName(entry));
    return reference === undefined ? [] : [{ entry, reference }];
  });
  const fetched = await Promise.all(
    others.map(
      async ({ entry, reference }) => [placeName(entry), await fetch(reference, sources, kept(entry, sources))] as const,
    ),
  );
  return { users: { service, super: superuser }, others: new Map(fetched) };
}

/**
 * Fetches the secret that one reference means; `generate` makes one.
 *
 * @throws ReferenceError
 */
export function resolveReference(reference: Reference, sources: Sources): Promise<Secret> {
  return fetch(reference, sources, undefined);
}

function kept({ object, key }: ContractEntry, { existing }: Sources): Secret | undefined {
  const value = existing && entryOf(existing, object, key)?.value;
  return value?.reveal().trim() ? value : undefined;
}

async function fetch(reference: Reference, sources: Sources, existing: Secret | undefined): Promise<Secret> {
  const secret = await read(reference, sources, existing);
  if (secret.reveal() === "") throw new ReferenceError(reference, "is empty", "Put the secret there, or name another place.");
  if (!secret.reveal().isWellFormed() || secret.reveal().includes("\0")) {
    throw new ReferenceError(
      reference,
      "holds a NUL or half of a character",
      "PostgreSQL takes neither; choose another password.",
    );
  }
  return secret;
}

async function read(reference: Reference, sources: Sources, existing: Secret | undefined): Promise<Secret> {
  const store = sources.stores?.[reference.kind];
  if (reference.kind === "kubernetes") return readKey(reference, sources, store);
  if (store !== undefined) return store(reference);
  switch (reference.kind) {
    case "generate":
      return existing ?? generatePassword();
    case "env":
      return readVariable(reference, sources.environment[reference.name]);
    case "file":
      return readSecretFile(reference, resolvePath(sources.folder, reference.path));
    default:
      throw new ReferenceError(
        reference,
        "cannot be read here",
        "Use a command that reaches the store, or name env: or file: instead.",
      );
  }
}

function readVariable(reference: Reference, value: string | undefined): Secret {
  if (value === undefined) throw new ReferenceError(reference, "is not set", "Set the variable for this command.");
  return Secret.of(value);
}

/** A key of the set that is at hand, else of the cluster. Of a connection string, its password is meant. */
async function readKey(
  reference: Extract<Reference, { kind: "kubernetes" }>,
  { existing }: Sources,
  cluster: ReferenceReader | undefined,
): Promise<Secret> {
  const { namespace, secret, key } = reference;
  const object = existing?.objects.get(secret);
  const isElsewhere = namespace !== undefined && object?.namespace !== undefined && namespace !== object.namespace;
  const value = (isElsewhere ? undefined : object?.entries.get(key)?.value) ?? (await cluster?.(reference));
  if (value === undefined)
    throw new ReferenceError(
      reference,
      "is not in the set at hand",
      "Name the set that has it, or use a command that reaches the cluster.",
    );
  if (!looksLikeConnection(value.reveal())) return value;
  try {
    return parseConnectionString(value.reveal()).password ?? Secret.of("");
  } catch {
    throw new ReferenceError(reference, "is a broken connection string", "Mend it, or name another key.");
  }
}

/** Editors end a file in a line break, which is not part of the secret. */
async function readSecretFile(reference: Reference, path: string): Promise<Secret> {
  try {
    return Secret.of((await readFile(path, "utf8")).replace(/\r?\n$/, ""));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ReferenceError(
      reference,
      `cannot be read (${code})`,
      "Check the path, which is relative to the facts, and who may read it.",
    );
  }
}
