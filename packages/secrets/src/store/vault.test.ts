import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretsContract } from "@praetor/topology";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { sampleSet, textsOf } from "../testing.ts";
import { pushFields, readVaultSet } from "./vault-set.ts";
import { Vault } from "./vault.ts";
import { vaultSettings } from "./vault-settings.ts";
import { storeReaders } from "./readers.ts";
import { startOpenBao, type TestOpenBao } from "./testing/open-bao.ts";

let bao: TestOpenBao;
let folder: string;
beforeAll(async () => {
  bao = await startOpenBao();
  folder = mkdtempSync(join(tmpdir(), "praetor-vault-"));
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bao.stop();
});

const open = (more: Record<string, string> = {}) => new Vault(vaultSettings("openbao", { ...bao.environment, ...more }));
const secrets = (fields: Record<string, string>) =>
  new Map(Object.entries(fields).map(([name, value]) => [name, Secret.of(value)]));
const plain = (fields: ReadonlyMap<string, Secret> | undefined) =>
  fields && Object.fromEntries([...fields].map(([name, value]) => [name, value.reveal()]));

describe.each([
  ["2", "secret/v2/one", "secret/data/v2/one"],
  ["1", "old/v1/one", undefined],
])("the engine of version %s", (_, path, asOfTheApi) => {
  test("keeps what is written, adds to it, and is not written to when it has everything", async () => {
    const vault = open();
    expect(await vault.read(path)).toBeUndefined();
    const first = secrets({ password: "C4nary é @/", user: "x" });
    expect(await pushFields(vault, path, first)).toEqual({ path, change: "created", fields: ["password", "user"] });
    expect(await pushFields(vault, path, first)).toEqual({ path, change: "unchanged", fields: [] });
    const more = secrets({ user: "y", more: "z" });
    expect(await pushFields(vault, path, more)).toEqual({ path, change: "changed", fields: ["user", "more"] });
    expect(plain((await vault.read(path))?.fields)).toEqual({ password: "C4nary é @/", user: "y", more: "z" });
    if (asOfTheApi !== undefined) expect((await vault.read(asOfTheApi))?.version).toBe(2);
  });
});

test("a change of somebody else's is not written over", async () => {
  const vault = open();
  await vault.write("secret/raced", secrets({ a: "1" }), undefined);
  await vault.write("secret/raced", secrets({ a: "2" }), 1);
  await expect(vault.write("secret/raced", secrets({ a: "3" }), 1)).rejects.toMatchObject({ code: "store_changed" });
});

test("a whole set goes there and comes back", async () => {
  const vault = open();
  const set = sampleSet();
  for (const [name, { entries }] of set.objects) {
    await pushFields(vault, `secret/set/${name}`, new Map([...entries].map(([key, { value }]) => [key, value])));
  }
  expect(textsOf(await readVaultSet(vault, "secret/set", secretsContract("seed")))).toEqual(textsOf(set));
  expect((await readVaultSet(vault, "secret/none", secretsContract("seed"))).objects.size).toBe(0);
});

test.each([
  ["openbao", "secret/data/reference", "C4nary"],
  ["vault", "secret/reference", "C4nary"],
] as const)("the reference %s:%s#password is resolved", async (kind, path, expected) => {
  await pushFields(open(), "secret/reference", secrets({ password: "C4nary" }));
  const readers = storeReaders(bao.environment);
  expect((await readers[kind]?.({ kind, path, field: "password" }))?.reveal()).toBe(expected);
  await expect(readers[kind]?.({ kind, path, field: "other" })).rejects.toMatchObject({
    code: "store_field_missing",
    remedy: "Its fields: password.",
  });
  await expect(readers[kind]?.({ kind, path: "secret/nothing", field: "x" })).rejects.toMatchObject({
    code: "store_secret_missing",
  });
});

test.each<[what: string, environment: () => Record<string, string>, code: string]>([
  ["a wrong token", () => ({ BAO_TOKEN: "C4nary" }), "store_forbidden"],
  ["nobody there", () => ({ BAO_ADDR: "http://127.0.0.1:1" }), "store_unreachable"],
  ["TLS where there is none", () => ({ BAO_ADDR: bao.address.replace("http:", "https:") }), "store_unreachable"],
  ["a namespace that does not exist", () => ({ BAO_NAMESPACE: "none" }), "store_refused"],
])("%s is told, and shows no token", async (_, environment, code) => {
  const failure = await open(environment())
    .read("secret/x")
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, remedy: expect.stringMatching(/\.$/) });
  expect(String(failure)).not.toContain("C4nary");
});

describe("the variables of the store's command line", () => {
  const settings = (environment: Record<string, string>) => vaultSettings("vault", { HOME: folder, ...environment }, "/nowhere");

  test("its own come first, those of the other store serve as well", () => {
    const { address, namespace, login } = settings({
      VAULT_ADDR: "https://vault:8200",
      BAO_ADDR: "https://bao:8200",
      BAO_TOKEN: "t",
      VAULT_NAMESPACE: "team",
    });
    expect([address.href, namespace, login.by]).toEqual(["https://vault:8200/", "team", "token"]);
  });

  test("a token that the command line has left at home is taken", () => {
    writeFileSync(join(folder, ".vault-token"), "from-home\n");
    const { login } = settings({ VAULT_ADDR: "https://vault:8200" });
    expect(login.by === "token" && login.token.reveal()).toBe("from-home");
    rmSync(join(folder, ".vault-token"));
  });

  test.each<[Record<string, string>, string]>([
    [{}, "VAULT_ADDR is not set"],
    [{ VAULT_ADDR: "vault:8200" }, "VAULT_ADDR is no address"],
    [{ VAULT_ADDR: "https://vault" }, "There is no login"],
    [{ VAULT_ADDR: "https://vault", VAULT_TOKEN: "t", VAULT_CACERT: "/nowhere" }, "cannot be read"],
  ])("%j: %s", (environment, message) => {
    expect(() => settings(environment)).toThrow(message);
  });
});
