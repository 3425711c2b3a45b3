import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentEncode } from "@praetor/secrets";
import { startOpenBao, type TestOpenBao } from "@praetor/secrets/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type } from "../testing.ts";

let bao: TestOpenBao;
let folder: string;
let mount = 0;
beforeAll(async () => void (bao = await startOpenBao()), 120_000);
afterAll(() => bao.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-push-"));
  mount += 1;
  await bao.call("POST", `sys/mounts/s${mount}`, { type: "kv", options: { version: "2" } });
  // An engine is upgraded to version 2 a moment after it is mounted.
  while ((await bao.call("GET", `s${mount}/config`)).status !== 200);
  await run("init --database-host db.internal --super-password env:SUPER --redis-password env:REDIS");
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = () => ({ ...bao.environment, SUPER: "C4nary s$per @/", REDIS: "C4nary redis+" });
const run = (words: string) => type(`secrets ${words}`, { folder, environment: environment() });
const place = (path: string) => `openbao:s${mount}/${path}`;

/** A secret of the store, by the path that its API has. */
async function stored(path: string): Promise<Record<string, string> | undefined> {
  const answer = await bao.call("GET", path);
  if (answer.status !== 200) return undefined;
  const { data } = (await answer.json()) as { data: { data: Record<string, string> } };
  return data.data;
}

test("what is pushed is what the provider class asks the store for, every key of it", async () => {
  const { outcome, out } = await run(`push ${place("prefect")}`);
  expect([outcome, out]).toEqual(["success", expect.stringMatching(/9 of 9 secrets written\.$/)]);
  expect(out).not.toContain("C4nary");
  const classes = await run("render secret-provider-class --provider vault --parameters vaultAddress=x,roleName=r");
  const asked = parseAllDocuments(classes.out).flatMap((document) => {
    const { spec } = document.toJS() as { spec: { parameters: { objects: string } } };
    return parse(spec.parameters.objects) as { secretPath: string; secretKey: string }[];
  });
  expect(asked).toHaveLength(93);
  for (const { secretPath, secretKey } of asked) {
    const secret = await stored(secretPath.replace("secret/data/", `s${mount}/data/`));
    expect([secretPath, secretKey, typeof secret?.[secretKey]]).toEqual([secretPath, secretKey, "string"]);
  }
});

test("pushed again nothing is written, and what was generated is kept", async () => {
  await run(`push ${place("prefect")}`);
  expect(await run(`push ${place("prefect")}`)).toMatchObject({
    outcome: "success",
    out: expect.stringMatching(/Nothing to do/),
  });
  expect(await run(`plan --from ${place("prefect")}`)).toMatchObject({ outcome: "success", out: "Nothing to do: keep 93." });
  expect(await run(`check --from ${place("prefect")}`)).toMatchObject({ outcome: "success" });
  expect((await run(`status --from ${place("prefect")}`)).out).toMatch(/^redis-passwords +7 +at most 0 d/m);
});

test("what a file has is pushed as it is, and fields of others stay", async () => {
  await run("render kubernetes --out set.yaml");
  await bao.call("POST", `s${mount}/data/prefect/redis-passwords`, { data: { theirs: "kept", work: "old" } });
  const { out } = await run(`push ${place("prefect")} --existing set.yaml`);
  expect(out).toMatch(/^changed {4}.*redis-passwords {2}7 fields$/m);
  expect(await stored(`s${mount}/data/prefect/redis-passwords`)).toMatchObject({ theirs: "kept", work: "C4nary redis+" });
  const { differences } = JSON.parse((await run(`diff set.yaml ${place("prefect")} --json`)).out);
  expect(differences).toEqual([{ object: "redis-passwords", key: "theirs", change: "added", parts: [] }]);
});

test("for External Secrets the few passwords are pushed, from which its templates build the whole set", async () => {
  const { outcome, out } = await run(`push ${place("passwords")} --for external-secret`);
  expect([outcome, out]).toEqual(["success", expect.stringMatching(/11 of 11 secrets written\.$/)]);
  expect((await run(`push ${place("passwords")} --for external-secret`)).out).toMatch(/Nothing to do/);
  const rendered = await run("render external-secret --store main --property value --namespace prod");
  const manifests = await Promise.all(parseAllDocuments(rendered.out).map((document) => operated(document.toJS())));
  writeFileSync(join(folder, "operated.json"), JSON.stringify({ kind: "List", items: manifests }), { mode: 0o600 });
  expect(await run("plan operated.json")).toMatchObject({ outcome: "success", out: "Nothing to do: keep 93." });
});

interface ExternalSecret {
  readonly spec: {
    readonly target: { readonly name: string; readonly template: { readonly data: Record<string, string> } };
    readonly data?: readonly {
      readonly secretKey: string;
      readonly remoteRef: { readonly key: string; readonly property: string };
    }[];
  };
}

/** The Secret that the operator would make: it reads the store and fills the templates in. */
async function operated({ spec }: ExternalSecret): Promise<object> {
  const variables = new Map<string, string>();
  for (const { secretKey, remoteRef } of spec.data ?? []) {
    const secret = await stored(`s${mount}/data/passwords/${remoteRef.key}`);
    variables.set(secretKey, secret?.[remoteRef.property] ?? "missing from the store");
  }
  const fill = (template: string) =>
    template
      .replaceAll(/\{\{ \.(\w+) \| urlquery \| replace "\+" "%20" \}\}/g, (_, name: string) =>
        percentEncode(variables.get(name) ?? ""),
      )
      .replaceAll(/\{\{ \.(\w+) \}\}/g, (_, name: string) => variables.get(name) ?? "");
  const stringData = Object.fromEntries(Object.entries(spec.target.template.data).map(([key, text]) => [key, fill(text)]));
  return { kind: "Secret", metadata: { name: spec.target.name, namespace: "prod" }, stringData };
}

test("references to the store are followed by every command that needs the secrets", async () => {
  await bao.call("POST", `s${mount}/data/database`, { data: { password: "C4nary of the store" } });
  const facts = join(folder, "secrets.yaml");
  writeFileSync(facts, readFileSync(facts, "utf8").replace("env:SUPER", `openbao:s${mount}/data/database#password`));
  expect((await run("render kubernetes --out set.yaml")).outcome).toBe("success");
  expect(readFileSync(join(folder, "set.yaml"), "utf8")).toContain(percentEncode("C4nary of the store"));
});

test.each([
  ["push vault:secret/prefect --for other", "there is no such form"],
  ["push secret/prefect", "That is no path of a store"],
  ["check --from openbao:secret/nothing", "No Secret of the contract is in openbao:secret/nothing"],
  ["push openbao:none/prefect", "no such engine"],
])("`secrets %s` is told", async (words, message) => {
  const { outcome, error } = await run(words);
  expect([outcome, error]).toEqual(["failure", expect.stringMatching(message)]);
  expect(error).not.toContain("unexpected");
});
