import { Secret } from "@praetor/secrets";
import { SetBuilder } from "@praetor/secrets/sets";
import { secretsContract } from "@praetor/topology";
import { describe, expect, test } from "vitest";
import { endpointsDocument, EndpointsError, endpointsFrom, examineSet, findingsOf, noEndpoints } from "./index.ts";
import { targetsOf } from "./set-targets.ts";

const { entries } = secretsContract("praetor");

/** A set with a value for every key, some of them replaced. */
function setWith(changes: Readonly<Record<string, string>> = {}) {
  const builder = new SetBuilder();
  for (const entry of entries) {
    const usual =
      entry.kind === "connection" ? `${entry.scheme}://prefect:c4nary@127.0.0.1:1/${entry.database}` : `c4nary-${entry.key}`;
    builder.add({ object: entry.object, key: entry.key, value: Secret.of(changes[entry.key] ?? usual) });
  }
  return builder.build();
}

const values = {
  redis: { host: "redis", cache: { host: "cache", port: 6380, tls: true, username: "praetor" } },
  mail: { host: "smtp", username: "mailer" },
  authProvider: {
    okta: { clientID: "one", authServerURL: "https://example.okta.com/oauth2/default" },
    adfs: { clientID: "two", clientAuthority: "https://adfs.example.com/adfs", clientVerifySSL: "false" },
    entra: { clientID: "three", tenantID: "tenant", clientVerifySSL: true },
  },
};

describe("the targets of a set", () => {
  test("are every connection string, each Redis, mail and sign-on", () => {
    const { targets, findings } = targetsOf(setWith(), entries, endpointsFrom(values));
    expect(findings).toEqual([]);
    expect(targets.databases).toHaveLength(76);
    expect(targets.redis.map(({ key, host, port, tls }) => [key, host, port, tls])).toContainEqual([
      "cache",
      "cache",
      6380,
      true,
    ]);
    expect(targets.redis.map(({ key, host }) => `${key} ${host}`)).toContain("work redis");
    expect(targets.mail).toMatchObject({ key: "smtp-password", host: "smtp", port: 587, tls: "starttls" });
    expect(targets.signOn.map(({ key, issuer, verifyTls }) => [key, issuer, verifyTls])).toEqual([
      ["adfs-client-secret", "https://adfs.example.com/adfs", false],
      ["okta-client-secret", "https://example.okta.com/oauth2/default", true],
      ["entra-client-secret", "https://login.microsoftonline.com/tenant/v2.0", true],
    ]);
    expect(targets.management).toMatchObject({ key: "okta-api-key", origin: "https://example.okta.com" });
  });

  test("are none for what is empty or has no endpoint", () => {
    const { targets } = targetsOf(
      setWith({ "okta-client-secret": "" }),
      entries,
      endpointsFrom({ authProvider: values.authProvider }),
    );
    expect(targets.signOn.map(({ party }) => party)).toEqual(["adfs", "entra"]);
    expect(targets).not.toHaveProperty("mail");
    expect(targets.redis).toEqual([]);
  });

  test("leave out a string that cannot be read, and name its key and not its value", () => {
    const { findings } = targetsOf(setWith({ scheduler: "postgresql://prefect:c4n@ry@db/orion" }), entries, noEndpoints);
    expect(findings.map(({ object, key }) => `${object}/${key}`)).toEqual([
      "orion-replica-user-connection-strings/scheduler",
      "orion-user-connection-strings/scheduler",
    ]);
    expect(JSON.stringify(findings)).not.toContain("c4n");
  });
});

test("endpoints that cannot be read are refused, all at once", () => {
  const read = () => endpointsFrom({ redis: { host: 1 }, mail: { tls: "ssl" }, authProvider: { okta: { clientID: "x" } } });
  expect(read).toThrow(EndpointsError);
  expect(read).toThrow(/redis\.host is not text[^]*mail\.tls is not implicit[^]*authProvider\.okta\.authServerURL is missing/);
});

test("a whole set that leads to a server which is away is one finding, not seventy-six", async () => {
  const report = await examineSet(setWith());
  expect(findingsOf(report).map(({ object, code }) => `${object} ${code}`)).toEqual(["127.0.0.1:1 tcp_unreachable"]);
  expect(report.seconds).toBeLessThan(15);
});

test("endpoints are written down as a document that is read as the same", () => {
  const endpoints = endpointsFrom({
    redis: { host: "redis", tls: true, work: { host: "queue", port: 6380, username: "praetor" } },
    mail: { host: "smtp", username: "x", tls: "implicit" },
    authProvider: {
      okta: { authServerURL: "https://example.okta.com/oauth2/default", clientID: "a" },
      adfs: { clientAuthority: "https://adfs.example.com/adfs", clientID: "b", clientVerifySSL: "false" },
      entra: { tenantID: "tenant", clientID: "c" },
    },
  });
  expect(endpointsFrom(endpointsDocument(endpoints))).toEqual(endpoints);
  expect(endpointsFrom(endpointsDocument(noEndpoints))).toEqual(noEndpoints);
});
