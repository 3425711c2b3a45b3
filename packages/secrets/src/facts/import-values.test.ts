import { expect, test } from "vitest";
import { stringify } from "yaml";
import { factsDocument } from "./document.ts";
import { importValues } from "./import-values.ts";
import { readFacts } from "./read.ts";

const values = {
  createAppSecretsInChart: true,
  contract: "praetor",
  serviceUser: "app",
  superUser: "root",
  passwords: { serviceUser: "", superUser: "c4nary" },
  database: { host: "db", port: 6432, replica: { host: "ro" }, events: { host: "events" }, nebula: {} },
  redis: { host: "redis", password: "c4nary" },
  mail: { host: "smtp", password: "c4nary" },
  global: { authProvider: { okta: { clientID: "x", clientSecret: "c4nary", apiKey: "c4nary" }, adfs: { clientID: "y" } } },
};

test("values of a chart become facts that refer to variables, and hold no secret", () => {
  const imported = importValues(stringify(values));
  expect(imported?.facts).toEqual({
    contract: "praetor",
    database: { host: "db", port: 6432, replica: { host: "ro" }, events: { host: "events" } },
    serviceUser: { name: "app", password: "generate" },
    superUser: { name: "root", password: "env:SUPERUSER_PASSWORD" },
    redis: { password: "env:REDIS_PASSWORD" },
    signOn: { okta: { clientSecret: "env:OKTA_CLIENT_SECRET", apiKey: "env:OKTA_API_KEY" } },
    mail: { password: "env:SMTP_PASSWORD" },
  });
  expect(imported?.variables).toContainEqual({ name: "SUPERUSER_PASSWORD", from: "passwords.superUser" });
  expect(JSON.stringify(imported)).not.toContain("c4nary");
  const document = imported?.facts && factsDocument(imported.facts);
  expect(readFacts(document ?? "").databases.events.primary).toEqual({ host: "events", port: 6432 });
});

test("values of the original product, which name no database, are known as values all the same", () => {
  const original = "serviceUser: prefect\nsuperUser: postgres\nglobal:\n  authProvider: {entra: {clientSecret: c4nary}}\n";
  expect(importValues(original)).toMatchObject({ facts: undefined });
});

test.each([
  "kind: Secret\nsuperUser: x\n",
  "database: {host: db}\nsuperUser: {password: x}\n",
  "a: [",
  "other: {}\n",
  "- list\n",
])("%j is something else", (text) => {
  expect(importValues(text)).toBeUndefined();
});
