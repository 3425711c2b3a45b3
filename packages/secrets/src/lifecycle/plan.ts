import { type Contract, type ContractEntry, secretsContract } from "@praetor/topology";
import { wordsFor } from "../check/carriers.ts";
import { gapsOf } from "../check/completeness.ts";
import { diagnoseConnection } from "../check/connection.ts";
import { evidenceOf } from "../check/evidence.ts";
import type { Expectation } from "../check/expectation.ts";
import type { Diagnosis } from "../check/finding.ts";
import { diagnosePlain } from "../check/plain.ts";
import { deriveValue, expectationOf } from "../facts/derive.ts";
import type { Facts } from "../facts/facts.ts";
import type { Passwords } from "../facts/resolve.ts";
import type { Secret } from "../secret.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import { targetNameOf } from "../rotation/target.ts";
import { ageOf } from "./due.ts";

/**
 * What is to happen to a key. `rotate` replaces a value that was right and whose password is due or was replaced at its source;
 * `repair` one that is wrong; `orphan` is there and nobody reads it.
 */
export type Action = "create" | "keep" | "repair" | "rotate" | "orphan";

/** A value without the value: how long it is, and a mark that is equal for equal values under one key. */
export interface Trace {
  readonly length: number;
  readonly fingerprint: string;
}

export interface PlannedKey {
  readonly object: string;
  /** Null when the whole Secret is meant. */
  readonly key: string | null;
  readonly action: Action;
  readonly reason: string;
  readonly existing: Trace | null;
  readonly planned: Trace | null;
}

export interface PlanInput {
  readonly facts: Facts;
  readonly passwords: Passwords;
  readonly existing: SecretSet;
  readonly now: Date;
  /** Keys the fingerprints; without it they cannot be compared with those of another plan. */
  readonly fingerprintKey: Uint8Array;
}

interface Planner extends PlanInput {
  readonly contract: Contract;
  /** As the facts have it, and as the set itself has it. */
  readonly expected: Expectation;
  readonly evident: Expectation;
}

/** What would have to change in a set for it to be what the facts say, key by key in the order of the contract. */
export function planChanges(input: PlanInput): PlannedKey[] {
  const contract = secretsContract(input.facts.contract);
  const planner = {
    ...input,
    contract,
    expected: expectationOf(input.facts, input.passwords),
    evident: evidenceOf(input.existing, contract),
  };
  return [...contract.entries.map((entry) => planEntry(planner, entry)), ...orphans(planner)];
}

/** Whether a plan asks for anything. */
export function hasChanges(plan: readonly PlannedKey[]): boolean {
  return plan.some(({ action }) => action !== "keep");
}

function planEntry(planner: Planner, entry: ContractEntry): PlannedKey {
  const { facts, passwords, existing, fingerprintKey } = planner;
  const planned = deriveValue(entry, facts, passwords);
  const found = entryOf(existing, entry.object, entry.key)?.value;
  const trace = (value: Secret | undefined): Trace | null =>
    value === undefined ? null : { length: value.reveal().length, fingerprint: value.fingerprint(fingerprintKey) };
  const verdict = found === undefined ? missing(planner, entry) : judge(planner, entry, found, planned);
  return { object: entry.object, key: entry.key, ...verdict, existing: trace(found), planned: trace(planned) };
}

interface Verdict {
  readonly action: Action;
  readonly reason: string;
}

function missing({ existing }: Planner, { object, key }: ContractEntry): Verdict {
  const fault = existing.faults.find((each) => each.object === object && each.key === key);
  if (fault !== undefined) return { action: "repair", reason: wordsFor(fault).message };
  return { action: "create", reason: existing.objects.has(object) ? "The key is missing." : "The Secret is missing." };
}

function judge(planner: Planner, entry: ContractEntry, found: Secret, planned: Secret): Verdict {
  const { existing, expected, evident } = planner;
  const fault = existing.faults.find((each) => each.object === entry.object && each.key === entry.key);
  if (fault !== undefined) return { action: "repair", reason: wordsFor(fault).message };
  if (found.equals(planned)) return due(planner, entry) ?? { action: "keep", reason: "It is right." };
  const [first, ...others] = diagnose(entry, found, expected);
  const replaced = "The source that the facts name has another value now.";
  // A value that fits its own set, and differs from the facts by the password alone, was right before the password changed.
  const fitsItsSet = diagnose(entry, found, evident).length === 0;
  if (first?.code === "password_differs" && others.length === 0 && fitsItsSet) return { action: "rotate", reason: replaced };
  if (first !== undefined) return { action: "repair", reason: first.message };
  if (planned.reveal() === "") return { action: "repair", reason: "It has a value, and the facts name none." };
  if (found.reveal() === "") return { action: "create", reason: "It is empty, and the facts name a source for it." };
  return { action: "rotate", reason: replaced };
}

function diagnose(entry: ContractEntry, value: Secret, expectation: Expectation): Diagnosis[] {
  const text = value.reveal();
  return entry.kind === "connection" ? diagnoseConnection(entry, text, expectation) : diagnosePlain(entry, text, expectation);
}

function due({ existing, facts, now }: Planner, entry: ContractEntry): Verdict | undefined {
  const { object, key } = entry;
  const own = existing.objects.get(object);
  if (own === undefined || own.entries.get(key)?.value.reveal() === "") return undefined;
  const { ageDays, rotateAfterDays, dueInDays } = ageOf(own, now, [targetNameOf(entry)], facts.rotateAfterDays);
  if (dueInDays === undefined || dueInDays > 0) return undefined;
  return { action: "rotate", reason: `It is ${ageDays} days old, and due after ${rotateAfterDays}.` };
}

function orphans({ existing, contract, fingerprintKey }: Planner): PlannedKey[] {
  return gapsOf(existing, contract)
    .filter(({ code }) => code === "key_unknown" || code === "object_unknown")
    .map(({ object, key, message, remedy }) => {
      const value = key === null ? undefined : entryOf(existing, object, key)?.value;
      const trace =
        value === undefined ? null : { length: value.reveal().length, fingerprint: value.fingerprint(fingerprintKey) };
      return { object, key, action: "orphan", reason: `${message} ${remedy}`, existing: trace, planned: null } as const;
    });
}
