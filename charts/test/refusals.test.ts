import { expect, test } from "vitest";
import { helm } from "./helm.ts";
import { keys, least, passwords } from "./samples.ts";

/** Something that must not be seen in any message. */
const canary = "c4nary-of-this-test";

const withPassword = (superUser: unknown) => ({ ...least, passwords: { ...passwords, superUser } });
const withHost = (host: unknown) => ({ ...least, database: { host } });

test.each<[what: string, values: object, says: string]>([
  ["a key that is misspelled", { ...least, databases: {} }, "databases"],
  ["one within a section", { ...least, database: { host: "db", prot: 1 } }, "prot"],
  [
    "a Secret that nobody reads",
    { ...least, appSecrets: { "orion-user-connection-string": {} } },
    "orion-user-connection-string",
  ],
  ["a key that nobody reads", { ...least, appSecrets: { "redis-passwords": { caches: canary } } }, "caches"],
  ["a password that is a number", withPassword(4711), "/passwords/superUser"],
  [
    "a value that is a mapping",
    { ...least, appSecrets: { "redis-passwords": { cache: { a: canary } } } },
    "/appSecrets/redis-passwords/cache",
  ],
  ["a port that is a text", { ...least, database: { host: "db", port: "5432" } }, "/database/port"],
  ["a port beyond all", { ...least, database: { host: "db", port: 70_000 } }, "/database/port"],
  ["a contract that is none", { ...least, contract: "other" }, "/contract"],
  ["a role without a name", { ...least, serviceUser: "" }, "/serviceUser"],
  ["root", { ...least, runAsUser: 0 }, "/runAsUser"],
  ["a way of TLS that is none", { ...least, mail: { tls: "yes" } }, "/mail/tls"],
])("the schema refuses %s", async (_, values, says) => {
  const { code, error } = await helm(["template"], values);
  expect([code, error]).toEqual([1, expect.stringContaining(says)]);
  expect(error).not.toContain(canary);
});

test.each<[what: string, values: object, says: string]>([
  ["no host", { ...least, database: {} }, "database.host is missing"],
  ["a host with a port", withHost(`${canary}:5432`), "database.host is not a host name"],
  ["a whole connection string for a host", withHost(`postgresql://postgres:${canary}@db/x`), "database.host is not a host name"],
  ["a placeholder for a host", withHost("<database hostname>"), "database.host is not a host name"],
  ["a host with a space", { ...least, redis: { host: "redis internal" } }, "redis.host is not a host name"],
  ["a role's own port", { ...least, redis: { work: { host: "redis:6379" } } }, "redis.work.host is not a host name"],
  ["a password with a line break", withPassword(`${canary}\n`), "passwords.superUser has white space"],
  ["a password with a space before it", withPassword(` ${canary}`), "passwords.superUser has white space"],
  ["a placeholder for a password", withPassword("<password>"), "passwords.superUser holds a placeholder"],
  ["a variable that no shell has filled in", withPassword(`\${${canary}}`), "passwords.superUser holds a placeholder"],
  ["a password that is encoded", withPassword(`${canary}%20%21`), "passwords.superUser is percent-encoded"],
  [
    "a connection string for a password",
    withPassword(`postgresql://a:${canary}@b/c`),
    "passwords.superUser is a connection string",
  ],
  [
    "an encoded password of Redis",
    { ...least, redis: { cache: { password: `${canary}%40` } } },
    "redis.cache.password is percent-encoded",
  ],
  ["a placeholder for a role", { ...least, serviceUser: "<service user>" }, "serviceUser is not the name of a role"],
  ["one role for both", { ...least, serviceUser: "postgres" }, "serviceUser and superUser are one role"],
  [
    "one password for both",
    { ...least, passwords: { serviceUser: canary, superUser: canary } },
    "also that of passwords.superUser",
  ],
  ["a default password", withPassword("Postgres123!"), "passwords.superUser is one that products come with"],
  [
    "the password of no superuser",
    { ...least, passwords: { serviceUser: passwords.serviceUser } },
    "passwords.superUser is missing",
  ],
  [
    "to make a password up, blind",
    { ...least, passwords: { superUser: passwords.superUser } },
    "passwords.serviceUser is not given",
  ],
  ["to make a key up, blind", { ...least, keys: { ...keys, tokenSigning: "" } }, "keys.tokenSigning is not given"],
])("the templates refuse %s, in words", async (_, values, says) => {
  const { code, error } = await helm(["template"], values);
  expect([code, error]).toEqual([1, expect.stringContaining(says)]);
  expect(error).not.toContain(canary);
});

test("all that is wrong is said at once", async () => {
  const { error } = await helm(["template"], { ...withPassword("<password>"), database: { host: "a:1" } });
  expect(error).toMatch(/database\.host is not(.|\n)*passwords\.superUser holds/);
});

test("a blind rendering says what to do instead", async () => {
  const { error } = await helm(["template"], { ...least, keys: {} });
  for (const way of ["Give it", "praetor secrets render values", "createAppSecretsInChart to false"])
    expect(error).toContain(way);
});
