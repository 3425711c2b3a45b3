import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, noPods, openNamespace } from "../../scripts/kubernetes/testing.ts";
import { type Peers, startPeers } from "./peers.ts";

const chart = join(import.meta.dirname, "../praetor");

describe.skipIf(noPods)(`an installation${noPods ? ` (not run: ${noPods})` : ""}`, () => {
  let peers: Peers;
  const folder = mkdtempSync(join(tmpdir(), "praetor-chart-"));
  beforeAll(async () => {
    peers = await startPeers(cluster.host ?? "");
  });
  afterAll(async () => {
    await peers.stop();
    rmSync(folder, { recursive: true });
  });

  /** A file of values, since everybody on a machine can see command lines. */
  function valuesFile(values: object): string {
    const path = join(folder, "values.json");
    writeFileSync(path, JSON.stringify(values), { mode: 0o600 });
    return path;
  }

  test("makes the databases and the Secrets from a host and a password, all well", async () => {
    const namespace = await openNamespace();
    const values = valuesFile({
      createAppSecretsInChart: true,
      database: { host: "host.internal", port: peers.postgres.port },
      passwords: { superUser: peers.superPassword },
      redis: { host: "host.internal", port: peers.redis.port, password: peers.redis.password },
    });
    const installed = await namespace.helm("install", "praetor", chart, "--values", values);
    expect(installed, namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(namespace.logs("praetor-secrets-doctor")).toMatch(/^All well: \d+ checks/);
    const [role] = await peers.postgres.query("select rolsuper from pg_roles where rolname = 'prefect'");
    expect(role).toEqual({ rolsuper: false });
  });
});
