import { type ContractName, secretsContract } from "@praetor/topology";
import { deriveSet } from "./facts/derive.ts";
import type { Facts } from "./facts/facts.ts";
import { placeName } from "./facts/facts.ts";
import { factsFrom } from "./facts/read.ts";
import type { Passwords } from "./facts/resolve.ts";
import { Secret } from "./secret.ts";
import { type SecretSet, SetBuilder } from "./set/secret-set.ts";

/** Facts of an installation with a replica for each of three servers. */
export function sampleFacts(contract: ContractName = "seed"): Facts {
  return factsFrom({
    contract,
    database: {
      host: "db.internal",
      port: 5432,
      replica: { host: "db-replica.internal" },
      events: { host: "events.internal", port: 6432, replica: { host: "events-ro.internal", port: 6433 } },
    },
    superUser: { password: "env:SUPER" },
    redis: { password: "env:REDIS" },
    signOn: { okta: { clientSecret: "env:OKTA", apiKey: "env:OKTA_KEY" } },
    mail: { password: "env:MAIL" },
  });
}

/** Passwords with every character that an encoding gets wrong. */
export const samplePasswords: Passwords = {
  users: { service: Secret.of("s3rvice pa$$ (w'rd)!*@/é"), super: Secret.of("Sup3r+us er%20:#&?=[]~") },
  others: new Map(
    secretsContract("praetor").entries.flatMap((entry) => {
      if (entry.kind === "keyring") return [[placeName(entry), Secret.of(Buffer.alloc(32, entry.key).toString("base64url"))]];
      if (entry.kind === "redis") return [[placeName(entry), Secret.of("One Redis, 1 pa$$word")]];
      if (entry.kind === "external" && entry.party !== "adfs")
        return [[placeName(entry), Secret.of(`given out: ${entry.key} 4711`)]];
      return [];
    }),
  ),
};

/** A correct set. */
export function sampleSet(contract: ContractName = "seed"): SecretSet {
  return deriveSet(sampleFacts(contract), samplePasswords);
}

/** A set as texts by Secret and key, to be damaged. */
export type Texts = Record<string, Record<string, string>>;

export function textsOf(set: SecretSet): Texts {
  const object = ([name, { entries }]: [string, { entries: ReadonlyMap<string, { value: Secret }> }]) =>
    [name, Object.fromEntries([...entries].map(([key, { value }]) => [key, value.reveal()]))] as const;
  return Object.fromEntries([...set.objects].map(object));
}

export function setOf(texts: Texts): SecretSet {
  const builder = new SetBuilder();
  for (const [object, values] of Object.entries(texts)) {
    builder.declare(object);
    for (const [key, value] of Object.entries(values)) builder.add({ object, key, value: Secret.of(value) });
  }
  return builder.build();
}
