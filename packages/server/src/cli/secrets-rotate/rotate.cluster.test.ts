import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConnectionString, Secret } from "@praetor/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, noPods, openNamespace, type TestNamespace } from "../../../../../scripts/kubernetes/testing.ts";
import { setUpDatabase } from "../../platform/database/administration/index.ts";
import { withClient } from "../../platform/database/connections/client.ts";
import { domains, migrate } from "../../platform/database/migrations/index.ts";
import { startCluster, type TestCluster } from "../../platform/database/testing/cluster.ts";
import { type, type Typed } from "../testing.ts";

const first = "s3rvice C4nary @/";
const host = cluster.host ?? "127.0.0.1";

let folder: string;
let postgres: TestCluster;
let namespace: TestNamespace;
let environment: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-rotate-"));
  postgres = await startCluster({ listen_addresses: host === "127.0.0.1" ? host : `127.0.0.1,${host}` });
  const service = { user: "prefect", password: Secret.of(first) };
  for (const domain of domains) await setUpDatabase({ maintenance: postgres.connection, domain, database: domain, service });
  await migrate(Object.fromEntries(domains.map((domain) => [domain, { ...postgres.connection, database: domain }])));
  namespace = await openNamespace({ kept: true });
  environment = {
    HOME: folder,
    PATH: `${cluster.commands}:${process.env["PATH"]}`,
    KUBECONFIG: cluster.kubeconfig,
    SUPER: postgres.connection.password?.reveal() ?? "",
    SERVICE: first,
  };
  const facts = {
    database: { host, port: postgres.port },
    superUser: { password: "env:SUPER" },
    serviceUser: { password: "env:SERVICE" },
  };
  writeFileSync(join(folder, "facts.yaml"), JSON.stringify(facts));
  expect(await run("apply --facts facts.yaml")).toMatchObject({ outcome: "success" });
});
afterAll(async () => {
  await namespace.remove();
  await postgres.remove();
  rmSync(folder, { recursive: true });
});

async function run(words: string): Promise<Typed> {
  const typed = await type(`secrets ${words} --namespace ${namespace.name}`, { folder, environment });
  expect(typed.out + typed.error).not.toContain("C4nary");
  expect(typed.error).not.toContain("unexpected error");
  return typed;
}
const rotating = (more = "") => run(`rotate serviceUser --existing cluster --settle 0s --new generate${more}`);

const urlNow = async (): Promise<string> => (await namespace.secret("orion-user-connection-strings"))?.["orion-api"] ?? "";
const userNow = async (): Promise<string | undefined> => parseConnectionString(await urlNow()).user;
const previous = () => namespace.secret("praetor-rotation-serviceuser");

/** The server, as one of the services: it has its connection strings from its environment, as all of them do. */
function deployment() {
  const variable = (database: string) => ({
    name: `PRAETOR_DATABASE_${database.toUpperCase()}_CONNECTION_URL`,
    valueFrom: { secretKeyRef: { name: `${database}-user-connection-strings`, key: "nebula-api" } },
  });
  const container = {
    name: "server",
    image: "praetor:test",
    args: ["server", "start"],
    env: [...domains.map(variable), { name: "PRAETOR_API_HOST", value: "0.0.0.0" }],
    readinessProbe: { httpGet: { path: "/api/ready", port: 4200 }, periodSeconds: 1 },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "nebula-api" },
    spec: {
      replicas: 1,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: { app: "nebula-api" } },
      template: { metadata: { labels: { app: "nebula-api" } }, spec: { securityContext, containers: [container] } },
    },
  };
}

test("in a cluster, the values are replaced under our own name, dated, and the old ones kept only meanwhile", async () => {
  const before = await urlNow();
  const { outcome, out, error } = await rotating();
  expect([outcome, error, out]).toEqual([
    "success",
    expect.stringContaining("4/4 retire"),
    "serviceUser rotated: the old value is refused.",
  ]);
  expect([await userNow(), await previous()]).toEqual(["prefect_b", undefined]);
  expect(await urlNow()).not.toBe(before);
  const { out: status } = await run("status --from cluster --json");
  expect(status).toContain("rotatedAt");
  expect((await run("check --from cluster")).outcome).toBe("success");
});

test("what another owner holds is told before anything begins, and is taken over only when that is asked for", async () => {
  const data = { "orion-api": Buffer.from(await urlNow()).toString("base64") };
  const theirs = { apiVersion: "v1", kind: "Secret", metadata: { name: "orion-user-connection-strings" }, data };
  const words = ["apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "--filename=-"];
  await namespace.kubectl(words, JSON.stringify(theirs));
  const held = await rotating();
  expect([held.outcome, held.error]).toEqual(["failure", expect.stringContaining("orion-api is held by somebody")]);
  expect([held.error, await previous()]).toEqual([expect.not.stringContaining("1/4"), undefined]);
  expect((await rotating(" --force-conflicts")).outcome).toBe("success");
  expect(await userNow()).toBe("prefect");
});

test("taken back, the values are what they were", async () => {
  const before = await namespace.fingerprints();
  // A role that somebody still uses stops it where all keys have their new values.
  const release = Promise.withResolvers<void>();
  const connection = parseConnectionString(await urlNow());
  const held = withClient({ connection, applicationName: "forgotten" }, () => release.promise);
  const stopped = await rotating(" --timeout 1s");
  expect([stopped.outcome, stopped.error]).toEqual(["failure", expect.stringContaining("1 still use prefect: forgotten")]);
  expect([await userNow(), Object.keys((await previous()) ?? {}).length]).toEqual(["prefect_b", 72]);
  expect((await rotating(" --abort")).out).toBe("serviceUser is what it was: the new value is refused.");
  expect([await namespace.fingerprints(), await previous()]).toEqual([before, undefined]);
  release.resolve();
  await held;
});

describe.skipIf(noPods)(`workloads${noPods ? ` (not run: ${noPods})` : ""}`, () => {
  test("that read the keys are rolled one after another, and the new Pods log in as the new role", async () => {
    await namespace.kubectl(["apply", "--filename=-"], JSON.stringify(deployment()));
    const ready = await namespace.kubectl(["rollout", "status", "deployment/nebula-api", "--timeout=90s"]);
    expect(ready, namespace.logs("nebula-api")).toMatchObject({ code: 0 });
    const sessions = () =>
      postgres.query<{ role: string }>("select distinct usename as role from pg_stat_activity where usename like 'prefect%'");
    expect(await sessions()).toEqual([{ role: "prefect" }]);
    const { outcome, error } = await rotating(" --timeout 90s");
    expect([outcome, error]).toEqual(["success", expect.stringContaining("rolling deployment/nebula-api (1 of 1)")]);
    expect(await sessions()).toEqual([{ role: "prefect_b" }]);
    const pods = await namespace.kubectl([
      "get",
      "pods",
      "--selector=app=nebula-api",
      "--output=jsonpath={.items[*].status.containerStatuses[*].restartCount}",
    ]);
    expect(pods.out).toBe("0");
  });
});
