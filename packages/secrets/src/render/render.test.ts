import { createDecipheriv, generateKeyPairSync, privateDecrypt, constants } from "node:crypto";
import { type ContractName, secretsContract } from "@praetor/topology";
import { Decrypter, armor, generateIdentity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { check } from "../check/check.ts";
import { diffSets } from "../compare/diff.ts";
import { percentEncode } from "../percent-encoding.ts";
import { readDotenv } from "../set/dotenv.ts";
import { readManifests } from "../set/manifests.ts";
import { type SecretSet, SetBuilder } from "../set/secret-set.ts";
import { sampleFacts, samplePasswords, sampleSet, textsOf } from "../testing.ts";
import { renderExternalSecrets, remoteSecrets } from "./external-secret.ts";
import { renderEnv, renderKubernetes, renderValues } from "./plain.ts";
import { neededParameters, type Provider, renderProviderClasses, storeSecrets } from "./provider-class.ts";
import { renderSealed, SealError } from "./sealed.ts";
import { RecipientError, renderSops } from "./sops.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- documents are asserted on, not used
const documents = (text: string): any[] => parseAllDocuments(text).map((document) => document.toJS());

function readBack(read: (text: string, file: string, set: SetBuilder) => unknown, text: string): SecretSet {
  const builder = new SetBuilder();
  read(text, "rendered", builder);
  return builder.build();
}

describe.each<ContractName>(["seed", "praetor"])("the contract %s", (name) => {
  const set = sampleSet(name);

  test.each([
    ["kubernetes", () => readBack(readManifests, renderKubernetes(set))],
    ["env", () => readBack(readDotenv, renderEnv(set))],
    ["values", () => readBack(readManifests, renderValues(set))],
  ])("%s is read back as it was, in its order, and is clean", (_, rendered) => {
    expect(textsOf(rendered())).toEqual(textsOf(set));
    expect(Object.keys(textsOf(rendered()))).toEqual(Object.keys(textsOf(set)));
    expect(check(rendered(), secretsContract(name))).toEqual([]);
    expect(diffSets(set, rendered())).toEqual([]);
  });
});

test("manifests carry what a cluster needs to know of them", () => {
  const [first] = documents(renderKubernetes(sampleSet(), { namespace: "prod", annotations: { note: "x" } }));
  expect(first).toMatchObject({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: "events-replica-user-connection-strings", namespace: "prod", annotations: { note: "x" } },
  });
});

describe("secret-provider-class", () => {
  const contract = secretsContract("seed");
  const parameters = {
    region: "eu-west-1",
    keyvaultName: "kv",
    tenantId: "t",
    project: "p",
    vaultAddress: "https://v",
    roleName: "r",
  };
  const providers: readonly Provider[] = ["aws", "azure", "gcp", "vault"];

  test.each(providers)("%s mounts every key under a name of its own and syncs it to its Secret", (provider) => {
    const classes = documents(renderProviderClasses(contract, { provider, parameters, namespace: "prod" }));
    const synced = classes.flatMap(({ spec }) =>
      // oxlint-disable-next-line typescript/no-explicit-any -- documents are asserted on, not used
      spec.secretObjects.flatMap(({ secretName, data }: any) => data.map(({ key }: any) => `${secretName}/${key}`)),
    );
    expect(synced).toEqual(contract.entries.map(({ object, key }) => `${object}/${key}`));
    for (const { kind, spec, metadata } of classes) {
      expect([kind, spec.provider, metadata.namespace]).toEqual(["SecretProviderClass", provider, "prod"]);
      for (const value of Object.values(spec.parameters)) expect(typeof value).toBe("string");
      const mounted = spec.secretObjects[0].data.map(({ objectName }: { objectName: string }) => objectName);
      expect(new Set(mounted).size).toBe(mounted.length);
      for (const name of mounted) expect(JSON.stringify(spec.parameters)).toMatch(new RegExp(`: ${name}\\b`));
    }
  });

  test.each(providers)("%s knows what it needs, and what its store must hold, each name once", (provider) => {
    expect(neededParameters(provider).length).toBeGreaterThan(0);
    const names = storeSecrets(contract, { provider }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(provider === "azure" ? 89 : 8);
    const text = renderProviderClasses(contract, { provider, parameters });
    for (const name of names) expect(text).toContain(`#   ${name}`);
  });

  const itemsOf = (provider: Provider, parameter: string) =>
    parse(documents(renderProviderClasses(contract, { provider, parameters }))[1].spec.parameters[parameter]);

  test("each provider gets its own form", () => {
    const object = "events-user-connection-strings";
    const file = "events_user_connection_strings__db_migration";
    expect(itemsOf("aws", "objects")[0]).toMatchObject({
      objectName: `prefect/${object}`,
      objectType: "secretsmanager",
      jmesPath: expect.arrayContaining([{ path: '"db-migration"', objectAlias: file }]),
    });
    expect(parse(itemsOf("azure", "objects").array[0])).toEqual({
      objectName: `prefect-${object}-db-migration`,
      objectType: "secret",
      objectAlias: file,
    });
    expect(itemsOf("gcp", "secrets")[0]).toEqual({
      resourceName: `projects/p/secrets/prefect-${object}/versions/latest`,
      path: file,
      extractJSONKey: "db-migration",
    });
    expect(itemsOf("vault", "objects")[0]).toEqual({
      objectName: file,
      secretPath: `secret/data/prefect/${object}`,
      secretKey: "db-migration",
    });
  });

  test("names in Key Vault keep to its letters", () => {
    for (const { name } of storeSecrets(secretsContract("praetor"), { provider: "azure" }))
      expect(name).toMatch(/^[A-Za-z0-9-]{1,127}$/);
  });
});

describe("external-secret", () => {
  const facts = sampleFacts();
  const text = renderExternalSecrets(facts, { store: "vault", namespace: "prod" });

  /** What the operator's template engine does with what we write: variables, `urlquery` and `replace`. */
  function fill(template: string, values: Readonly<Record<string, string>>): string {
    const urlquery = (value: string) => percentEncode(value).replaceAll("%20", "+");
    return template
      .replace(/\{\{ \.(\w+) \| urlquery \| replace "\+" "%20" \}\}/g, (_, name: string) =>
        urlquery(values[name] ?? "").replaceAll("+", "%20"),
      )
      .replace(/\{\{ \.(\w+) \}\}/g, (_, name: string) => values[name] ?? "");
  }

  test("its templates give the derived values", () => {
    const values = new Map<string, string>([
      ["prefect-service-user-password", samplePasswords.users.service.reveal()],
      ["prefect-super-user-password", samplePasswords.users.super.reveal()],
      ...["cache", "events", "task-scheduling", "triggers", "work", "work-pools"].map((role): [string, string] => [
        `prefect-redis-${role}-password`,
        "One Redis, 1 pa$$word",
      ]),
      ...["okta-api-key", "okta-client-secret", "smtp-password"].map((key): [string, string] => [
        `prefect-${key}`,
        `given out: ${key} 4711`,
      ]),
    ]);
    const filled = documents(text).map(({ spec }) => {
      const fetched = Object.fromEntries(
        (spec.data ?? []).map(({ secretKey, remoteRef }: { secretKey: string; remoteRef: { key: string } }) => [
          secretKey,
          values.get(remoteRef.key),
        ]),
      );
      const data = Object.entries<string>(spec.target.template.data).map(([key, template]) => [key, fill(template, fetched)]);
      return [spec.target.name, Object.fromEntries(data)];
    });
    expect(Object.fromEntries(filled)).toEqual(textsOf(sampleSet()));
    expect(remoteSecrets(facts, {}).toSorted()).toEqual([...values.keys()].toSorted());
  });

  test("it names the store, and what the store must hold", () => {
    for (const { apiVersion, kind, spec } of documents(text)) {
      expect([apiVersion, kind, spec.secretStoreRef]).toEqual([
        "external-secrets.io/v1",
        "ExternalSecret",
        { name: "vault", kind: "SecretStore" },
      ]);
    }
    for (const name of remoteSecrets(facts, {})) expect(text).toContain(`#   ${name}\n`);
  });

  test("it holds no secret", () => {
    for (const { users, others } of [samplePasswords]) {
      for (const secret of [users.service, users.super, ...others.values()]) expect(text).not.toContain(secret.reveal());
    }
  });
});

describe("sealed", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

  /** Opens a value as the controller does. */
  function open(sealed: string, label: string): string {
    const bytes = Buffer.from(sealed, "base64");
    const end = 2 + bytes.readUInt16BE(0);
    const oaep = {
      key: privateKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha256",
      oaepLabel: Buffer.from(label),
    };
    const decipher = createDecipheriv("aes-256-gcm", privateDecrypt(oaep, bytes.subarray(2, end)), Buffer.alloc(12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(end, -16)), decipher.final()]).toString("utf8");
  }

  test("every value is opened under its name and namespace, and under no other", () => {
    const sealed = documents(renderSealed(sampleSet(), pem, { namespace: "prod" }));
    const opened = sealed.map(({ metadata, spec }) => {
      const values = Object.entries<string>(spec.encryptedData).map(([key, value]) => [
        key,
        open(value, `prod/${metadata.name}`),
      ]);
      return [metadata.name, Object.fromEntries(values)];
    });
    expect(Object.fromEntries(opened)).toEqual(textsOf(sampleSet()));
    expect(() => open(sealed[0].spec.encryptedData.logs, "test/events-replica-user-connection-strings")).toThrow();
  });

  test("what is no certificate is refused", () => {
    expect(() => renderSealed(sampleSet(), "no certificate", { namespace: "prod" })).toThrow(SealError);
  });
});

describe("sops", () => {
  const set = sampleSet();
  let identity: string;
  let text: string;
  beforeAll(async () => {
    identity = await generateIdentity();
    text = await renderSops(set, { recipient: await identityToRecipient(identity), now: new Date("2026-01-02T03:04:05.678Z") });
  });

  async function dataKey(): Promise<Uint8Array> {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return decrypter.decrypt(armor.decode(documents(text)[0].sops.age[0].enc));
  }

  function open(value: string, key: Uint8Array, additional: string): string {
    const {
      data = "",
      iv = "",
      tag = "",
    } = /^ENC\[AES256_GCM,data:(?<data>.*),iv:(?<iv>.*),tag:(?<tag>.*),type:str\]$/.exec(value)?.groups ?? {};
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64")).setAAD(Buffer.from(additional));
    decipher.setAuthTag(Buffer.from(tag, "base64"));
    return Buffer.concat([decipher.update(Buffer.from(data, "base64")), decipher.final()]).toString("utf8");
  }

  test("the recipient opens every value, and each is bound to its key", async () => {
    const key = await dataKey();
    const opened = documents(text).map(({ metadata, stringData }) => {
      const values = Object.entries<string>(stringData).map(([name, value]) => [
        name,
        value === "" ? "" : open(value, key, `stringData:${name}:`),
      ]);
      return [metadata.name, Object.fromEntries(values)];
    });
    expect(Object.fromEntries(opened)).toEqual(textsOf(set));
    expect(() => open(documents(text)[0].stringData.logs, key, "stringData:triggers:")).toThrow();
  });

  test("all documents share one sealed digest, bound to the time", async () => {
    const sops = documents(text).map((document) => document.sops);
    for (const each of sops) expect(each).toEqual(sops[0]);
    expect(sops[0].lastmodified).toBe("2026-01-02T03:04:05Z");
    expect(open(sops[0].mac, await dataKey(), sops[0].lastmodified)).toMatch(/^[0-9A-F]{128}$/);
  });

  test("what is no recipient is refused", async () => {
    await expect(renderSops(set, { recipient: "age1none", now: new Date() })).rejects.toThrow(RecipientError);
  });
});
