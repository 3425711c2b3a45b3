import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type } from "../testing.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-secrets-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const environment = { SUPER: "A super user's pa$$word", NEXT: "The next super user's" };
const run = (words: string) => type(`secrets ${words}`, { folder, environment });
const init = () => run("init --database-host db.internal --replica-host ro.internal --super-password env:SUPER");
const path = (name: string) => join(folder, name);
const rewrite = (name: string, from: string, to: string) =>
  writeFileSync(
    path(name),
    readFileSync(path(name), "utf8").replace(from, () => to),
  );

test("from two facts to a set that is clean, and a plan with nothing to do", async () => {
  expect((await run("init --database-host db.internal --super-password env:SUPER")).outcome).toBe("success");
  expect(await run("plan")).toMatchObject({ outcome: "findings", out: expect.stringMatching(/create 93$/) });
  expect((await run("render kubernetes --out set.yaml")).outcome).toBe("success");
  expect(statSync(path("set.yaml")).mode & 0o777).toBe(0o600);
  expect(await run("check set.yaml")).toMatchObject({
    outcome: "success",
    out: expect.stringMatching(/clean, 3 notes: 93 of 93 keys/),
  });
  expect(await run("plan set.yaml")).toMatchObject({ outcome: "success", out: "Nothing to do: keep 93." });
});

test("rendering again changes nothing: what was generated is kept, and its date", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  const first = readFileSync(path("set.yaml"), "utf8");
  await run("render kubernetes --out set.yaml");
  expect(readFileSync(path("set.yaml"), "utf8")).toBe(first);
  await run("render env --existing set.yaml --out set.env");
  expect(await run("diff set.yaml set.env")).toMatchObject({ outcome: "success", out: "Equal in meaning." });
});

test("what cannot be read back is not replaced, so that no generated password is lost", async () => {
  await init();
  writeFileSync(path("set.enc.yaml"), "");
  const { outcome, error } = await run("render sops --recipient age1x --out set.enc.yaml");
  expect([outcome, error]).toEqual(["failure", expect.stringContaining("cannot be read back")]);
});

test.each(["kubernetes", "env", "values"])("%s goes to standard output only when that is asked for", async (form) => {
  await init();
  expect(await run(`render ${form}`)).toMatchObject({
    outcome: "failure",
    out: "",
    error: expect.stringContaining("--unsafe-stdout"),
  });
  expect((await run(`render ${form} --unsafe-stdout`)).out).toContain("postgresql+asyncpg://prefect:");
});

test.each([
  ["secret-provider-class --provider aws --parameters region=eu-west-1", 9],
  ["secret-provider-class --provider azure --parameters keyvaultName=kv,tenantId=t", 9],
  ["secret-provider-class --provider gcp --parameters project=p", 9],
  ["secret-provider-class --provider vault --parameters vaultAddress=https://v:8200,roleName=r", 9],
  ["external-secret --store main --store-kind ClusterSecretStore --namespace prod --prefix ours", 9],
])("render %s prints an object for each Secret", async (words, count) => {
  await init();
  const { outcome, out } = await run(`render ${words}`);
  expect([outcome, parseAllDocuments(out).length]).toEqual(["success", count]);
});

test.each([
  ["check none.yaml", "none.yaml cannot be read (ENOENT)"],
  ["check secrets.yaml", "there is no Secret"],
  ["check --contract none set.yaml", "there is no such contract"],
  ["check set.yaml --fail-on note", "there is no such severity"],
  ["doctor set.yaml --fail-on note", "there is no such severity"],
  ["check --jsn set.yaml", "Did you mean --json?"],
  ["check", "None is named"],
  ["check set.yaml --from cluster", "Both --from and a file are named"],
  ["check set.yaml cluster", "is a set of its own"],
  ["check --from vault", "vault: names no path"],
  ["check --from vault:secret/prefect", "VAULT_ADDR is not set"],
  ["push secret/prefect", "That is no path of a store"],
  ["apply --facts none.yaml", "none.yaml cannot be read"],
  ["plan --facts none.yaml", "none.yaml cannot be read"],
  ["plan none", "none cannot be read"],
  ["render other", "There are kubernetes, secret-provider-class"],
  ["render secret-provider-class --provider aws", "aws needs region"],
  ["render secret-provider-class --provider other", "there is no such provider"],
  ["render external-secret", "--store is missing"],
  ["render sealed --certificate x", "--namespace is missing"],
  ["render sops --recipient none --out x", "no age public key"],
  ["diff set.yaml", "Two sets can be compared"],
  ["explain none", "has no key none"],
  ["status set.yaml --rotate-after soon", "not a number of days"],
  ["init --database-host db", "--super-password must be given"],
  ["init --database-host db:1 --super-password env:SUPER --out other.yaml", "database.host is not a host name"],
  ["init --database-host db --super-password env:SUPER", "is there already"],
  ["import secrets.yaml", "there is no Secret"],
])("`praetor secrets %s` is an error with code 1, never taken for findings", async (words, message) => {
  await init();
  await run("render kubernetes --out set.yaml");
  const { outcome, error } = await run(words);
  expect([outcome, error]).toEqual(["failure", expect.stringContaining(message)]);
});

test.each([
  ["warning", "findings"],
  ["error", "success"],
])("check with a key that nobody reads, failing on %s, ends with %s", async (severity, outcome) => {
  await init();
  await run("render kubernetes --out set.yaml");
  rewrite("set.yaml", "  partman:", "  other: x\n  partman:");
  expect(await run(`check set.yaml --fail-on ${severity}`)).toMatchObject({
    outcome,
    out: expect.stringContaining("[key_unknown]"),
  });
});

test("check tells each fault for people, and for programs", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  rewrite("set.yaml", "@ro.internal:5432/nebula", "@nro.internal:5432/nebula");
  const [people, programs] = [await run("check set.yaml"), await run("check set.yaml --json")];
  expect([people.outcome, programs.outcome]).toEqual(["findings", "findings"]);
  expect(people.out).toMatch(
    /^error {2}nebula-replica-user-connection-strings\/actions {2}\[stray_n\] {2}.*set\.yaml:\d+\n {2}A stray/,
  );
  expect(people.out).toMatch(/\n1 error: 93 of 93 keys of the contract praetor 1 are there\.$/);
  expect(JSON.parse(programs.out)).toEqual({
    findings: [
      {
        severity: "error",
        code: "stray_n",
        object: "nebula-replica-user-connection-strings",
        key: "actions",
        message: expect.any(String),
        remedy: expect.any(String),
        position: { file: path("set.yaml"), line: expect.any(Number) },
      },
    ],
  });
});

test("many keys with one fault in one Secret are told once", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  writeFileSync(
    path("set.yaml"),
    readFileSync(path("set.yaml"), "utf8").replaceAll("@ro.internal:5432/orion", "@ro.internal:5432/orio"),
  );
  const { out } = await run("check set.yaml");
  expect(out).toContain("error  orion-replica-user-connection-strings, 20 keys  [database_wrong]");
  expect(out).toContain("\n\n20 errors: ");
});

test("check by the facts finds what all keys agree on and is wrong", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  writeFileSync(path("set.yaml"), readFileSync(path("set.yaml"), "utf8").replaceAll("db.internal", "old.internal"));
  expect((await run("check set.yaml")).outcome).toBe("success");
  expect(await run("check set.yaml --facts secrets.yaml")).toMatchObject({
    outcome: "findings",
    out: expect.stringContaining("Put `db.internal` there"),
  });
});

test("plan for programs has every key with its action and reason", async () => {
  await init();
  const { plan } = JSON.parse((await run("plan --json")).out);
  expect(plan).toHaveLength(93);
  expect(plan[0]).toEqual({
    object: "events-replica-user-connection-strings",
    key: "events-api",
    action: "create",
    reason: "The Secret is missing.",
    existing: null,
    planned: { length: expect.any(Number), fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
  });
});

test("diff says what differs and not how", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  rewrite("secrets.yaml", "env:SUPER", "env:NEXT");
  await run("render kubernetes --existing set.yaml --out next.yaml");
  const { outcome, out } = await run("diff set.yaml next.yaml --json");
  expect(outcome).toBe("findings");
  const { differences } = JSON.parse(out);
  expect(differences).toHaveLength(7);
  expect(differences[0]).toEqual({
    object: "events-user-connection-strings",
    key: "db-migration",
    change: "changed",
    parts: ["password"],
  });
});

test("import proposes facts from which the same set follows", async () => {
  await init();
  await run("render kubernetes --out set.yaml --namespace prod");
  rewrite("set.yaml", "@ro.internal:5432/nebula", "@nro.internal:5432/nebula");
  const { outcome, error } = await run("import set.yaml --out imported.yaml");
  expect([outcome, error]).toEqual(["success", expect.stringContaining("[stray_n]")]);
  expect(readFileSync(path("imported.yaml"), "utf8")).toContain("kubernetes:prod/");
  expect(await run("plan set.yaml --facts imported.yaml")).toMatchObject({
    outcome: "findings",
    out: expect.stringMatching(/keep 92, repair 1|repair 1, keep 92/),
  });
});

test("status shows ages as a table, as JSON and as metrics", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  expect((await run("status set.yaml --rotate-after 90d")).out).toMatch(/^redis-passwords +7 +0 d +in 90 d /m);
  expect(JSON.parse((await run("status set.yaml --json")).out).secrets).toHaveLength(9);
  expect((await run("status set.yaml --prometheus")).out).toContain('praetor_secret_age_days{secret="redis-passwords"} 0');
});

test("explain says what breaks", async () => {
  const { out } = await run("explain partman");
  expect(out).toContain("events-user-connection-strings/partman");
  expect(out).toContain("events are refused");
});

test("facts of a file are written again with comments", async () => {
  writeFileSync(path("plain.yaml"), "database: {host: db}\nsuperUser: {password: 'env:SUPER'}\nrotateAfter: 30d\n");
  expect((await run("init --from plain.yaml")).outcome).toBe("success");
  expect(readFileSync(path("secrets.yaml"), "utf8")).toMatch(/# PostgreSQL\..*\ndatabase:\n {2}host: db\n/);
});

test("the values of a chart are imported as facts, and what must be set for them is told", async () => {
  const values = "database: {host: db.internal}\npasswords: {superUser: c4nary}\ncontract: praetor\n";
  writeFileSync(path("values.yaml"), values);
  const { outcome, out, error } = await run("import values.yaml --out imported.yaml");
  expect([outcome, out, error]).toEqual(["success", "", "Set SUPERUSER_PASSWORD for later commands, from passwords.superUser."]);
  expect(readFileSync(path("imported.yaml"), "utf8")).not.toContain("c4nary");
  const typed = await type("secrets plan --facts imported.yaml", { folder, environment: { SUPERUSER_PASSWORD: "c4nary" } });
  expect(typed.out).toMatch(/create 93$/);
});

test("rendering again keeps the dates of what was rotated since", async () => {
  await init();
  await run("render kubernetes --out set.yaml");
  const dated = readFileSync(path("set.yaml"), "utf8").replaceAll(
    /(praetor\.dev\/rotated-at: .*\n)/g,
    '$1    praetor.dev/rotated-at.serviceUser: "2026-01-02T00:00:00.000Z"\n',
  );
  writeFileSync(path("set.yaml"), dated);
  await run("render kubernetes --out set.yaml");
  expect(readFileSync(path("set.yaml"), "utf8").match(/rotated-at\.serviceUser: /g)).toHaveLength(9);
});
