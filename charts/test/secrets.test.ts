import { deriveSet, diffSets, factsFrom, readManifests, renderValues, type SecretSet, SetBuilder } from "@praetor/secrets/sets";
import { Secret } from "@praetor/secrets";
import { type ContractName, secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { samplePasswords, sampleSet } from "../../packages/secrets/src/testing.ts";
import { checked } from "./chart.ts";
import { isHook, objectsOf, rendered } from "./helm.ts";
import { databases, keys, least, most } from "./samples.ts";

/** The Secrets of a release as one text of manifests; hooks are none of them. */
async function secretsOf(values: object): Promise<string> {
  const secrets = objectsOf(await rendered(values)).filter((object) => object.kind === "Secret" && !isHook(object));
  return secrets.map((each) => stringify(each)).join("---\n");
}

function setOf(manifests: string): SecretSet {
  const builder = new SetBuilder();
  readManifests(manifests, "manifests", builder);
  return builder.build();
}

/** What the library derives from the same facts. */
function derived(database: unknown, contract: ContractName): SecretSet {
  const facts = factsFrom({ contract, database, superUser: { password: "env:SUPER" } });
  const { encryption, signing } = {
    encryption: ["platform-keys/block-encryption", Secret.of(keys.blockEncryption)] as const,
    signing: ["platform-keys/token-signing", Secret.of(keys.tokenSigning)] as const,
  };
  return deriveSet(facts, { users: samplePasswords.users, others: new Map([encryption, signing]) });
}

test.each(Object.entries(databases))(
  "with %s, every value is what `praetor secrets render` makes of the facts",
  async (_, database) => {
    for (const contract of ["praetor", "seed"] as const) {
      const made = setOf(await secretsOf({ ...least, contract, database }));
      expect(diffSets(made, derived(database, contract))).toEqual([]);
      expect([...made.objects.values()].flatMap(({ entries }) => [...entries.keys()])).toHaveLength(
        secretsContract(contract).entries.length,
      );
    }
  },
);

test.each(["praetor", "seed"] as const)("`check` finds nothing in the Secrets of the contract %s", async (contract) => {
  const database = databases["and a replica of its own"];
  expect(
    checked(await secretsOf({ ...most, database, contract }), contract).filter(({ code }) => code !== "replica_is_primary"),
  ).toEqual([]);
});

test("what `praetor secrets render values` writes comes out as it was", async () => {
  const set = sampleSet("praetor");
  const values = parse(renderValues(set)) as object;
  expect(diffSets(setOf(await secretsOf(values)), set)).toEqual([]);
});

test("one value that is given stands beside those that follow from the facts", async () => {
  const given = "postgresql+asyncpg://prefect:other@pooler.internal:6432/orion";
  const appSecrets = { "orion-user-connection-strings": { scheduler: given } };
  const made = setOf(await secretsOf({ ...least, appSecrets }));
  expect(diffSets(made, derived(least.database, "praetor")).map(({ object, key }) => `${object}/${key}`)).toEqual([
    "orion-user-connection-strings/scheduler",
  ]);
});

test("what the Jobs read meanwhile are the same values", async () => {
  const [own, pending] = [setOf(await secretsOf(most)), objectsOf(await rendered(most)).find(isHook)];
  const entries = [...own.objects.values()].flatMap(({ name, entries: each }) =>
    [...each.values()].map(({ key, value }) => [`${name}.${key}`, Buffer.from(value.reveal()).toString("base64")]),
  );
  expect(pending?.data).toEqual(Object.fromEntries(entries));
});

test("without createAppSecretsInChart there is no Secret", async () => {
  expect(objectsOf(await rendered({})).filter(({ kind }) => kind === "Secret")).toEqual([]);
});
