import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentEncode } from "@praetor/secrets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canary, canaries, canaryForms, hits } from "../../testing/canaries.ts";
import { type } from "../testing.ts";

let folder: string;
const environment: Record<string, string> = {};
const run = (words: string) => type(`secrets ${words}`, { folder, environment });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
const fromFile = (name: string) => readFileSync(join(folder, name), "utf8");

const facts = [
  "database: {host: db.internal, replica: {host: ro.internal}}",
  "serviceUser: {password: 'env:SECRET_0'}",
  "superUser: {password: 'file:password'}",
  "redis: {cache: 'env:SECRET_2', events: 'env:SECRET_3', task-scheduling: 'env:SECRET_4', triggers: 'env:SECRET_5', work: 'env:SECRET_6', work-pools: 'env:SECRET_7', concurrency-leases: 'env:SECRET_8'}",
  "signOn: {okta: {clientSecret: 'env:SECRET_9', apiKey: 'env:SECRET_10'}, adfs: {clientSecret: 'env:SECRET_11'}, entra: {clientSecret: 'env:SECRET_12'}}",
  "mail: {password: 'env:SECRET_13'}",
  "keys: {blockEncryption: 'env:SECRET_14', tokenSigning: 'env:SECRET_15'}",
].join("\n");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-canaries-"));
  for (const [index, text] of canaries.entries()) environment[`SECRET_${index}`] = text;
  write("password", canary(1));
  write("secrets.yaml", facts);
  for (const [form, name] of [
    ["kubernetes", "set.yaml"],
    ["env", "set.env"],
    ["values", "values.yaml"],
  ] as const) {
    expect((await run(`render ${form} --out ${name}`)).outcome).toBe("success");
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const secretOf = (object: string, fields: string) => `kind: Secret\nmetadata: {name: ${object}}\n${fields}\n`;
const orion = (value: string) => secretOf("orion-user-connection-strings", `stringData:\n  scheduler: ${JSON.stringify(value)}`);

/** Sets that are broken in a way of their own, each around canaries of its own. */
const broken: readonly (readonly [name: string, text: () => string])[] = [
  ["half-encoded.yaml", () => fromFile("set.yaml").replaceAll(percentEncode(canary(0)), encodeURIComponent(canary(0)))],
  ["not-encoded.yaml", () => fromFile("set.yaml").replaceAll(percentEncode(canary(0)), canary(0))],
  ["twice.yaml", () => fromFile("set.yaml").replaceAll(percentEncode(canary(1)), percentEncode(percentEncode(canary(1))))],
  ["plus.yaml", () => fromFile("set.yaml").replaceAll("%20", "+")],
  ["other-password.yaml", () => fromFile("set.yaml").replace(percentEncode(canary(0)), percentEncode(canary(16)))],
  [
    "swapped-users.yaml",
    () => fromFile("set.yaml").replace(`prefect:${percentEncode(canary(0))}`, `postgres:${percentEncode(canary(1))}`),
  ],
  ["password-for-user.yaml", () => orion(`postgresql+asyncpg://${percentEncode(canary(17))}:x@db:5432/orion`)],
  ["password-for-host.yaml", () => orion(`postgresql+asyncpg://prefect:x@${canary(18)}:5432/orion`)],
  ["password-for-port.yaml", () => orion(`postgresql+asyncpg://prefect:x@db:${canary(19)}/orion`)],
  ["password-for-database.yaml", () => orion(`postgresql+asyncpg://prefect:x@db:5432/${canary(20)}`)],
  ["password-in-query.yaml", () => orion(`postgresql+asyncpg://db/orion?password=${percentEncode(canary(21))}`)],
  ["password-alone.yaml", () => orion(canary(22))],
  ["password-for-scheme.yaml", () => orion(`${canary(23)}://prefect@db/orion`)],
  ["password-in-placeholder.yaml", () => orion(`postgresql+asyncpg://prefect:<${canary(24)}>@db:5432/orion`)],
  [
    "base64-twice.yaml",
    () => orion(Buffer.from(`postgresql+asyncpg://prefect:${percentEncode(canary(25))}@db:5432/orion`).toString("base64")),
  ],
  ["line-break.yaml", () => orion(`postgresql+asyncpg://prefect:${percentEncode(canary(26))}@db:5432/orion\n`)],
  ["quoted.yaml", () => orion(`"postgresql://prefect:${canary(27)}@db:5432/orion"`)],
  ["no-base64.yaml", () => secretOf("redis-passwords", `data: {work: ${JSON.stringify(canary(28))}}`)],
  [
    "no-text.yaml",
    () =>
      secretOf(
        "redis-passwords",
        `data: {work: ${Buffer.concat([Buffer.from([255]), Buffer.from(canary(29))]).toString("base64")}}`,
      ),
  ],
  ["doubled.yaml", () => secretOf("redis-passwords", `stringData:\n  work: work: ${canary(30)}`)],
  [
    "repeated.yaml",
    () =>
      secretOf("redis-passwords", `stringData:\n  work: ${JSON.stringify(canary(31))}\n  work: ${JSON.stringify(canary(32))}`),
  ],
  ["unknown.yaml", () => secretOf("redis-passwords", `stringData: {wrk: ${JSON.stringify(canary(33))}}`)],
  ["mapping.yaml", () => secretOf("redis-passwords", `stringData: {work: {a: ${JSON.stringify(canary(34))}}}`)],
  ["encoded-raw.yaml", () => secretOf("redis-passwords", `stringData: {work: ${JSON.stringify(percentEncode(canary(35)))}}`)],
  ["keyring.yaml", () => secretOf("platform-keys", `stringData: {token-signing: ${JSON.stringify(canary(36))}}`)],
  ["no-yaml.yaml", () => `kind: Secret\nstringData: [${canary(37)}`],
  ["bad-escape.yaml", () => `kind: Secret\nstringData: "\\q${canary(38)}"`],
  ["no-dotenv.env", () => `ORION_USER_CONNECTION_STRINGS__SCHEDULER=x\n${canary(39)}`],
  ["open-quote.env", () => `REDIS_PASSWORDS__WORK='${canary(40)}`],
  [
    "reused.yaml",
    () =>
      secretOf("redis-passwords", `stringData: {work: ${JSON.stringify(canary(0))}}`) +
      `---\n${secretOf("events-user-connection-strings", `stringData: {prefect-user-password: ${JSON.stringify(canary(0))}}`)}`,
  ],
];

/** Facts in which a secret stands where none should. */
const brokenFacts: readonly (readonly [name: string, text: string])[] = [
  ["as-reference.yaml", `database: {host: db}\nsuperUser: {password: ${JSON.stringify(canary(41))}}`],
  ["cut-reference.yaml", `database: {host: db}\nsuperUser: {password: ${JSON.stringify(`vault:${canary(42)}`)}}`],
  ["as-host.yaml", `database: {host: ${JSON.stringify(canary(43))}}\nsuperUser: {password: 'env:SECRET_1'}`],
  ["as-contract.yaml", `contract: ${JSON.stringify(canary(44))}\ndatabase: {host: db}\nsuperUser: {password: 'env:SECRET_1'}`],
  ["as-days.yaml", `rotateAfter: ${JSON.stringify(canary(45))}\ndatabase: {host: db}\nsuperUser: {password: 'env:SECRET_1'}`],
  ["as-section.yaml", `redis: ${JSON.stringify(canary(46))}\ndatabase: {host: db}\nsuperUser: {password: 'env:SECRET_1'}`],
  ["as-list.yaml", `- ${JSON.stringify(canary(47))}`],
  ["facts-no-yaml.yaml", `database: [${canary(48)}`],
  ["nul.yaml", "database: {host: db}\nsuperUser: {password: 'file:nul'}"],
];

test("a search finds a canary in every form that it knows", () => {
  for (const [index, each] of canaryForms.entries())
    for (const form of each) expect(hits(`before ${form} after`)).toContain(index);
  expect(hits(Buffer.from(`x${canary(7)}y`).toString("base64"))).toEqual([7]);
  expect(hits("nothing")).toEqual([]);
});

test.each([
  ...["set.yaml", "set.env", "values.yaml"].flatMap((set) => [
    `check ${set}`,
    `check ${set} --json`,
    `check ${set} --facts secrets.yaml`,
    `plan ${set} --all`,
    `plan ${set} --json`,
  ]),
  "plan",
  "diff set.yaml set.env",
  "import set.yaml",
  "import set.yaml --json",
  "status set.yaml",
  "status set.yaml --json",
  "status set.yaml --prometheus",
  "explain nebula-api",
  "render secret-provider-class --provider aws --parameters region=r",
  "render external-secret --store main",
  "render kubernetes",
  "render kubernetes --out again.yaml",
])("`praetor secrets %s` shows no canary", async (words) => {
  const { out, error } = await run(words);
  expect(hits(out + error)).toEqual([]);
});

test.each(broken)("no command that reads %s shows a canary", async (name, text) => {
  write(name, text());
  for (const words of [
    `check ${name}`,
    `check ${name} --json --contract praetor`,
    `plan ${name} --json`,
    `diff set.yaml ${name}`,
    `import ${name}`,
    `import ${name} --json`,
    `status ${name}`,
  ]) {
    const { outcome, out, error } = await run(words);
    expect([words, outcome, hits(out + error)]).toEqual([words, expect.stringMatching(/success|findings|failure/), []]);
    expect(error).not.toContain("unexpected error");
  }
});

test.each(brokenFacts)("no command that reads the facts %s shows a canary", async (name, text) => {
  write("nul", `${canary(49)}\0`);
  write(name, text);
  for (const words of [
    `plan --facts ${name}`,
    `check set.yaml --facts ${name}`,
    `render env --facts ${name} --unsafe-stdout`,
    `init --from ${name} --out new.yaml --force`,
  ]) {
    const { out, error } = await run(words);
    expect([words, hits(out + error)]).toEqual([words, []]);
    expect(error).not.toContain("unexpected error");
  }
});

test("every file that shows a canary is one that only its owner may read, and no draft is left", () => {
  const named = new Set([...broken, ...brokenFacts].map(([name]) => name));
  const written = readdirSync(folder).filter((name) => !named.has(name));
  expect(written.toSorted()).toEqual([
    "again.yaml",
    "new.yaml",
    "nul",
    "password",
    "secrets.yaml",
    "set.env",
    "set.yaml",
    "values.yaml",
  ]);
  for (const name of written) {
    if (hits(fromFile(name)).length > 0) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  }
});
