import { type Contract, type ContractEntry, type Database } from "@praetor/topology";
import { check } from "../check/check.ts";
import { evidenceOf } from "../check/evidence.ts";
import type { Expectation } from "../check/expectation.ts";
import type { Finding } from "../check/finding.ts";
import type { Host } from "../connection-string.ts";
import { percentEncode } from "../percent-encoding.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import type { FactsInput } from "./document.ts";
import { databases } from "./facts.ts";
import { formatReference } from "./reference.ts";

/** What an existing installation amounts to. */
export interface Imported {
  /** The facts that its keys agree on; undefined when they do not even name a database. */
  readonly facts: FactsInput | undefined;
  /** What must be repaired for every key to follow from them. */
  readonly repairs: readonly Finding[];
}

/** Reads facts out of a set in any state of disrepair. Secrets stay where they are: the facts refer to them. */
export function importFacts(set: SecretSet, contract: Contract): Imported {
  const evidence = evidenceOf(set, contract);
  const [shared] = databases.flatMap((database) => evidence.servers.get(`${database}/primary`) ?? []);
  const repairs = check(set, contract);
  if (shared === undefined) return { facts: undefined, repairs };
  const { users } = evidence;
  return {
    facts: {
      contract: contract.name,
      database: databaseFacts(evidence),
      serviceUser: { name: users.service, password: "generate" },
      superUser: { name: users.super, password: superuserReference(set, contract, evidence) },
      ...otherFacts(set, contract),
    },
    repairs,
  };
}

const same = (one: Host | undefined, other: Host | undefined): boolean => one?.host === other?.host && one?.port === other?.port;

/** The servers of orion stand for all; the other databases say only where they differ. */
function databaseFacts({ servers }: Expectation): FactsInput["database"] {
  const of = (database: Database) => {
    const primary = servers.get(`${database}/primary`) ?? servers.get(`${database}/replica`);
    const replica = servers.get(`${database}/replica`);
    return { ...primary, ...(replica !== undefined && !same(primary, replica) && { replica }) };
  };
  const all = of("orion").host === undefined ? of(databases.find((each) => of(each).host !== undefined) ?? "orion") : of("orion");
  const differing = databases.filter(
    (database) => of(database).host !== undefined && JSON.stringify(of(database)) !== JSON.stringify(all),
  );
  return { ...all, ...Object.fromEntries(differing.map((database) => [database, of(database)])) };
}

/** A key whose string has the superuser's password rightly encoded; a variable when there is none. */
function superuserReference(set: SecretSet, { entries }: Contract, { passwords }: Expectation): string {
  const password = passwords.super;
  const holder = entries.find(({ object, key, ...entry }) => {
    const value = entryOf(set, object, key)?.value.reveal();
    return (
      password &&
      value &&
      entry.kind === "connection" &&
      entry.user === "super" &&
      value.includes(`:${percentEncode(password.reveal())}@`)
    );
  });
  return holder === undefined ? "env:SUPERUSER_PASSWORD" : referenceTo(set, holder);
}

function referenceTo(set: SecretSet, { object, key }: ContractEntry): string {
  const namespace = set.objects.get(object)?.namespace;
  return formatReference({ kind: "kubernetes", ...(namespace !== undefined && { namespace }), secret: object, key });
}

const camel = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function otherFacts(set: SecretSet, { entries }: Contract): Pick<FactsInput, "redis" | "signOn" | "mail"> {
  const used = entries.filter(({ object, key }) => entryOf(set, object, key)?.value.reveal().trim());
  const redis = Object.fromEntries(
    used.flatMap((entry) => (entry.kind === "redis" ? [[entry.role, referenceTo(set, entry)]] : [])),
  );
  const external = used.filter((entry) => entry.kind === "external");
  const signOn = Object.groupBy(
    external.filter(({ party }) => party !== "smtp"),
    ({ party }) => party,
  );
  const mail = external.find(({ party }) => party === "smtp");
  const fields = Object.entries(signOn).map(([party, own]) => [
    party,
    Object.fromEntries((own ?? []).map((entry) => [camel(entry.key.slice(party.length + 1)), referenceTo(set, entry)])),
  ]);
  return {
    ...(Object.keys(redis).length > 0 && { redis }),
    ...(fields.length > 0 && { signOn: Object.fromEntries(fields) }),
    ...(mail !== undefined && { mail: { password: referenceTo(set, mail) } }),
  };
}
