import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Reference } from "../facts/reference.ts";
import { storeReaders } from "./readers.ts";

// No cloud can be reached from a test: small executables stand in for the command lines, keep what they were asked for,
// and answer in the form that the real ones document.
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-clouds-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function standIn(command: string, body: string): void {
  const path = join(folder, command);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/asked\n${body}\n`);
  chmodSync(path, 0o755);
}

const resolve = async (reference: Reference) => {
  const secret = await storeReaders({ PATH: `${folder}:/bin:/usr/bin` })[reference.kind]?.(reference);
  return secret?.reveal();
};
const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

const aws = { kind: "aws", secret: "prefect/database" } as const;
const azure = { kind: "azure", vault: "my-vault", secret: "postgres-password" } as const;
const gcp = { kind: "gcp", project: "my-project", secret: "postgres", version: "latest" } as const;
const answer = (document: object) => `cat <<'END'\n${JSON.stringify(document)}\nEND`;
const awsWords = ["secretsmanager", "get-secret-value", "--secret-id", "prefect/database", "--output", "json"];

test.each<[what: string, reference: Reference, command: string, body: string, secret: string, words: string[]]>([
  ["text of AWS", aws, "aws", answer({ SecretString: "C4nary\n" }), "C4nary\n", awsWords],
  ["bytes of AWS", aws, "aws", answer({ SecretBinary: Buffer.from("C4nary é").toString("base64") }), "C4nary é", awsWords],
  ["a field of AWS", { ...aws, field: "password" }, "aws", answer({ SecretString: '{"password":"C4nary"}' }), "C4nary", awsWords],
  [
    "a secret of Azure",
    azure,
    "az",
    answer({ id: "x", value: "C4nary" }),
    "C4nary",
    ["keyvault", "secret", "show", "--vault-name", "my-vault", "--name", "postgres-password", "--output", "json"],
  ],
  [
    "a version of Google Cloud",
    gcp,
    "gcloud",
    "printf 'C4nary $x'",
    "C4nary $x",
    ["secrets", "versions", "access", "latest", "--secret=postgres", "--project=my-project"],
  ],
])("%s", async (_, reference, command, body, secret, words) => {
  standIn(command, body);
  expect(await resolve(reference)).toBe(secret);
  expect(asked()).toEqual(words);
});

test.each<[what: string, reference: Reference, command: string, body: string, code: string, message: string]>([
  ["a command that fails", aws, "aws", "echo 'An error occurred (AccessDenied)' >&2; exit 254", "store_refused", "AccessDenied"],
  [
    "a field that is not there",
    { ...aws, field: "other" },
    "aws",
    answer({ SecretString: '{"password":"C4nary"}' }),
    "store_field_missing",
    "aws:prefect/database#other",
  ],
  ["an answer of another form", azure, "az", "echo C4nary", "store_field_missing", "azure:my-vault/postgres-password"],
])("%s is told, and shows no secret", async (_, reference, command, body, code, message) => {
  standIn(command, body);
  const failure = await resolve(reference).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(String(failure)).not.toContain("C4nary");
});

test.each([
  [aws, "aws is not installed"],
  [azure, "az is not installed"],
  [gcp, "gcloud is not installed"],
])("without the command line of $kind it says what to install", async (reference, message) => {
  const readers = storeReaders({ PATH: folder });
  await expect(readers[reference.kind]?.(reference)).rejects.toMatchObject({
    code: "store_tool_missing",
    message: expect.stringContaining(message),
    remedy: expect.stringContaining("Install"),
  });
});
