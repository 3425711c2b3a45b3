import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, helmExecutables, noPods, openNamespace, type TestNamespace } from "../../scripts/kubernetes/testing.ts";
import { chart, checked, valuesFile } from "./chart.ts";
import { type Peers, startPeers } from "./peers.ts";

const passwordSecret = "orion-user-connection-strings";

/** An installation by one version of Helm, from its first attempt to its second life; each test goes on from the one before. */
export function describeInstallation(version: keyof typeof helmExecutables): void {
  const executable = helmExecutables[version];
  const why = executable === undefined ? "it is not built" : noPods;
  const title = `Secrets that the chart makes by ${version}${why ? ` (not run: ${why})` : ""}`;
  describe.skipIf(why)(title, () => installs(executable));
}

function installs(executable: string | undefined): void {
  let peers: Peers;
  let namespace: TestNamespace;
  beforeAll(async () => {
    peers = await startPeers(cluster.host ?? "");
    namespace = await openNamespace({ kept: true, helm: executable });
  });
  afterAll(async () => {
    await namespace.remove();
    await peers.stop();
  });

  /** A host and a password: the two facts, and where Redis is. */
  const facts = (more: object = {}) => ({
    createAppSecretsInChart: true,
    database: { host: "host.internal", port: peers.postgres.port },
    redis: { host: "host.internal", port: peers.redis.port, password: peers.redis.password },
    ...more,
  });
  const passwords = () => ({ superUser: peers.superPassword });
  const manifests = async () => (await namespace.kubectl(["get", "secrets", "--output", "yaml"])).out;
  const passwordNow = async () => (await namespace.secret(passwordSecret))?.["prefect-user-password"];
  let password: string | undefined;

  test("an attempt that fails says why in the Job that failed, and keeps the password that it has made", async () => {
    const wrong = { ...facts().redis, password: "not the password of this Redis" };
    const values = valuesFile(facts({ passwords: passwords(), redis: wrong }));
    const { code, out, error } = await namespace.helm("install", "praetor", chart, "--values", values);
    expect([code, error]).toEqual([1, expect.stringContaining("praetor-secrets-doctor")]);
    // Helm prints the log of the Job itself.
    expect(out + error).toContain("redis_login_refused");
    expect(out + error + namespace.logs("")).not.toContain(wrong.password);
    expect(await namespace.secret(passwordSecret)).toBeUndefined();
    password = (await namespace.secret("praetor-pending"))?.[`${passwordSecret}.prefect-user-password`];
    expect(password).toMatch(/^[A-Za-z0-9]{43}$/);
  });

  test("the next attempt makes everything, with that password, and all is well", async () => {
    const values = valuesFile(facts({ passwords: passwords() }));
    const installed = await namespace.helm("upgrade", "--install", "praetor", chart, "--values", values);
    expect(installed, namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(namespace.logs("praetor-secrets-doctor")).toMatch(/^All well: \d+ checks/m);
    expect((await passwordNow()) === password).toBe(true);
    expect(checked(await manifests()).filter(({ code }) => code !== "no_replica")).toEqual([]);
    const [role] = await peers.postgres.query("select rolsuper from pg_roles where rolname = 'prefect'");
    expect(role).toEqual({ rolsuper: false });
  });

  test("nothing of the way there is left behind", async () => {
    const { out } = await namespace.kubectl(["get", "jobs,configmaps,secrets", "--output", "name"]);
    expect(out.split("\n").filter((name) => name.includes("/praetor-"))).toEqual([]);
    expect((await namespace.kubectl(["get", "cronjobs", "--output", "name"])).out).toBe("cronjob.batch/praetor-partman-daily\n");
  });

  test("an upgrade without passwords keeps every value", async () => {
    const before = await namespace.fingerprints();
    const upgraded = await namespace.helm("upgrade", "praetor", chart, "--values", valuesFile(facts()));
    expect(upgraded, namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(await namespace.fingerprints()).toEqual(before);
  });

  test("a change and a rollback: the values are what they were", async () => {
    const before = await namespace.fingerprints();
    const values = valuesFile(facts({ global: { authProvider: { okta: { apiKey: "an Okta key 4711" } } } }));
    expect(await namespace.helm("upgrade", "praetor", chart, "--values", values)).toMatchObject({ code: 0 });
    expect((await namespace.secret("external-service-secrets"))?.["okta-api-key"]).toBe("an Okta key 4711");
    expect(await namespace.helm("rollback", "praetor")).toMatchObject({ code: 0 });
    expect(await namespace.fingerprints()).toEqual(before);
  });

  test("the daily job works with what its CronJob gives it", async () => {
    const made = await namespace.kubectl(["create", "job", "--from=cronjob/praetor-partman-daily", "by-hand"]);
    expect(made).toMatchObject({ code: 0, error: "" });
    const waited = await namespace.kubectl(["wait", "--for=condition=Complete", "--timeout=60s", "job/by-hand"]);
    expect(waited, namespace.logs("by-hand")).toMatchObject({ code: 0 });
    expect((await namespace.kubectl(["logs", "job/by-hand"])).out).toMatch(/^events\.event +0 +0 /m);
  });

  test("the Secrets outlive the release, and a new one takes them over with their passwords", async () => {
    const before = await namespace.fingerprints();
    expect(await namespace.helm("uninstall", "praetor")).toMatchObject({ code: 0 });
    expect((await passwordNow()) === password).toBe(true);
    const installed = await namespace.helm("install", "praetor", chart, "--values", valuesFile(facts()));
    expect(installed, namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(await namespace.fingerprints()).toEqual(before);
  });

  test("what a rendering without the cluster would have to make up is refused", async () => {
    const values = valuesFile(facts({ passwords: passwords() }));
    const blind = await namespace.helm("upgrade", "praetor", chart, "--values", values, "--dry-run=client");
    expect(blind).toMatchObject({ code: 1, error: expect.stringContaining("passwords.serviceUser is not given") });
    const seeing = await namespace.helm("upgrade", "praetor", chart, "--values", values, "--dry-run=server", "--hide-secret");
    expect(seeing).toMatchObject({ code: 0, error: "" });
  });
}
