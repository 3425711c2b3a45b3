import type { Contract, ContractEntry, Database } from "@praetor/topology";
import { entryOf, type Position, type SecretSet } from "../set/secret-set.ts";
import { wordsFor } from "./carriers.ts";
import { gapsOf } from "./completeness.ts";
import { diagnoseConnection } from "./connection.ts";
import { evidenceOf } from "./evidence.ts";
import type { Expectation } from "./expectation.ts";
import { type Diagnosis, type Finding, type FindingCode, findingMeanings } from "./finding.ts";
import { diagnosePasswords } from "./passwords.ts";
import { diagnosePlain } from "./plain.ts";

/**
 * Every fault of a set that shows without connecting to anything, in the order of the contract.
 *
 * Without an expectation (from facts), the set's own majority says which user, password, host and port are right. Never
 * throws, and no finding repeats a value.
 */
export function check(set: SecretSet, contract: Contract, expectation?: Expectation): Finding[] {
  const known = expectation ?? evidenceOf(set, contract);
  const found = [...gapsOf(set, contract).map((gap) => finding(set, gap)), ...carrierFindings(set, contract)];
  for (const entry of contract.entries) found.push(...valueFindings(set, entry, known));
  for (const [entry, diagnosis] of diagnosePasswords(set, contract, known))
    found.push(finding(set, { ...entryPlace(entry), ...diagnosis }));
  if (expectation === undefined) found.push(...noReplica(set, known));
  return inOrder(found, contract);
}

interface Placed extends Diagnosis {
  readonly object: string;
  readonly key: string | null;
  readonly position?: Position | null;
}

function finding(set: SecretSet, { code, object, key, message, remedy, position }: Placed): Finding {
  const stands = position ?? (key === null ? undefined : entryOf(set, object, key)?.position);
  return { severity: findingMeanings[code].severity, code, object, key, message, remedy, position: stands ?? null };
}

const entryPlace = ({ object, key }: ContractEntry) => ({ object, key });

/** Faults of carriers count for Secrets of the contract only: others are none of ours. */
function carrierFindings(set: SecretSet, { entries }: Contract): Finding[] {
  const ours = set.faults.filter(({ object }) => entries.some((entry) => entry.object === object));
  return ours.map((fault) =>
    finding(set, { ...fault, ...wordsFor(fault), key: fault.key ?? null, position: fault.position ?? null }),
  );
}

function valueFindings(set: SecretSet, entry: ContractEntry, expectation: Expectation): Finding[] {
  const text = entryOf(set, entry.object, entry.key)?.value.reveal();
  if (text === undefined) return [];
  const diagnoses =
    entry.kind === "connection" ? diagnoseConnection(entry, text, expectation) : diagnosePlain(entry, text, expectation);
  return diagnoses.map((diagnosis) => finding(set, { ...entryPlace(entry), ...diagnosis }));
}

/**
 * A database whose two Secrets name one server. With no replica anywhere that is how it should be, and only worth a note; where
 * another database has one, this one's Secret was probably copied.
 */
function noReplica(set: SecretSet, { servers }: Expectation): Finding[] {
  const databases: readonly Database[] = ["events", "nebula", "orion"];
  const equal = databases.filter((database) => {
    const [primary, replica] = [servers.get(`${database}/primary`), servers.get(`${database}/replica`)];
    return primary !== undefined && primary.host === replica?.host && primary.port === replica.port;
  });
  const code: FindingCode = equal.length === databases.length ? "no_replica" : "replica_is_primary";
  return equal.map((database) => {
    const message = `All reads of ${database} go to its primary: both Secrets name one server.`;
    const remedy = "Name the replica in this Secret; if there is none, this is right.";
    return finding(set, { code, object: `${database}-replica-user-connection-strings`, key: null, message, remedy });
  });
}

/** By the order of the contract; within one key, in the order found. */
function inOrder(findings: readonly Finding[], { entries }: Contract): Finding[] {
  const rank = ({ object, key }: Finding): number => {
    const own = entries.findIndex((entry) => entry.object === object && (key === null || entry.key === key));
    if (own >= 0) return key === null ? own - 0.5 : own;
    const last = entries.findLastIndex((entry) => entry.object === object);
    return last < 0 ? entries.length : last + 0.5;
  };
  return findings.toSorted((a, b) => rank(a) - rank(b));
}
