import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, noPods, openNamespace, type TestNamespace } from "../../../../../scripts/kubernetes/testing.ts";
import { startCluster, type TestCluster } from "../../platform/database/testing/cluster.ts";
import { type } from "../testing.ts";

let folder: string;
let namespace: TestNamespace;
let postgres: TestCluster;
let environment: Record<string, string>;

describe.skipIf(noPods !== undefined)(`the doctor as a Job${noPods === undefined ? "" : ` (did not run: ${noPods})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "praetor-in-cluster-"));
    namespace = await openNamespace({ kept: true });
    // As many connections as the services of the contract may open.
    postgres = await startCluster({ listen_addresses: `127.0.0.1,${cluster.host}`, max_connections: "900" });
    environment = {
      HOME: folder,
      PATH: `${cluster.commands}:${process.env.PATH}`,
      KUBECONFIG: cluster.kubeconfig,
      SUPER: postgres.connection.password?.reveal() ?? "",
    };
  });
  afterAll(async () => {
    await postgres.remove();
    await namespace.remove();
    rmSync(folder, { recursive: true });
  });

  const run = (words: string) => type(`secrets ${words} --namespace ${namespace.name}`, { folder, environment });
  const jobs = async () =>
    (await namespace.api.get<{ items: object[] }>(`/apis/batch/v1/namespaces/${namespace.name}/jobs`)).items.length;

  test("finds all well where it is, by the Secrets of the namespace, and leaves nothing behind", async () => {
    writeFileSync(
      join(folder, "secrets.yaml"),
      JSON.stringify({
        database: { host: cluster.host, port: postgres.port },
        superUser: { password: "env:SUPER" },
      }),
    );
    const up = await run("up --to cluster --redis-port 1");
    expect([up.outcome, up.error]).toEqual(["success", ""]);
    const { outcome, out, error } = await run("doctor --in-cluster --image praetor");
    expect([outcome, out]).toEqual(["success", expect.stringMatching(/^All well: \d+ checks/)]);
    expect(error).toContain(`The Job in ${namespace.name}: `);
    expect(await jobs()).toBe(0);
  });

  test("passes on what it finds, and its exit code", async () => {
    const wrong = `postgresql+asyncpg://prefect:c4nary@${cluster.host}:${postgres.port}/orion`;
    const patch = `--patch={"data":{"scheduler":"${Buffer.from(wrong).toString("base64")}"}}`;
    await namespace.kubectl(["patch", "secret", "orion-user-connection-strings", "--type=merge", patch]);
    const endpoints = join(folder, "endpoints.yaml");
    writeFileSync(endpoints, `redis: {host: ${cluster.host}, port: 1}\n`);
    const { outcome, out } = await run(`doctor --in-cluster --image praetor --endpoints ${endpoints} --json`);
    expect(outcome).toBe("findings");
    const { findings } = JSON.parse(out) as { findings: { code: string; key: string }[] };
    expect(findings.filter(({ code }) => code === "login_refused")).toMatchObject([{ key: "scheduler" }]);
    expect(findings.filter(({ code }) => code === "redis_unreachable")).toHaveLength(7);
    expect(out).not.toContain("c4nary");
    expect(await jobs()).toBe(0);
  });

  test("an image that cannot be pulled is told at once, and the Job is gone", async () => {
    const { outcome, error } = await run("doctor --in-cluster --image none");
    expect([outcome, error]).toEqual(["failure", expect.stringContaining("The Job's pod cannot start: ErrImagePull")]);
    expect(await jobs()).toBe(0);
  });

  test("without an image it says so, and makes nothing", async () => {
    const { outcome, error } = await run("doctor --in-cluster");
    expect([outcome, error]).toEqual(["failure", expect.stringContaining("--in-cluster needs --image")]);
  });
});
