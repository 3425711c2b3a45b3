import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@praetor/secrets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpDatabase } from "../../platform/database/administration/index.ts";
import { domains, migrate } from "../../platform/database/migrations/index.ts";
import { startCluster, type TestCluster } from "../../platform/database/testing/cluster.ts";
import { type } from "../testing.ts";

let cluster: TestCluster;
let folder: string;
let environment: Record<string, string>;
const service = { user: "prefect", password: Secret.of("c4nary p@ss") };

beforeAll(async () => {
  // As many as the services of the contract may open.
  cluster = await startCluster({ max_connections: "900" });
  for (const domain of domains) {
    await setUpDatabase({ maintenance: cluster.connection, domain, database: domain, service });
    await migrate({ [domain]: { ...cluster.connection, database: domain } });
  }
  folder = mkdtempSync(join(tmpdir(), "praetor-doctor-"));
  const facts = {
    database: { host: "127.0.0.1", port: cluster.port },
    superUser: { password: "env:SUPER" },
    serviceUser: { password: "env:SERVICE" },
  };
  writeFileSync(join(folder, "secrets.yaml"), JSON.stringify(facts));
  environment = { HOME: "/", SUPER: cluster.connection.password?.reveal() ?? "", SERVICE: service.password.reveal() };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster.remove();
});

test("facts that lead to an installation that works are all well, but for notes on what it does without", async () => {
  const { outcome, out } = await type("secrets doctor", { environment, folder });
  expect(outcome).toBe("success");
  expect(out).toMatch(/^All well: \d+ checks in \d\.\d s\./);
  const codes = [...out.matchAll(/^note (\w+)$/gm)].map(([, code]) => code);
  expect(new Set(codes)).toEqual(new Set(["tls_absent", "no_replica"]));
});

test("a wrong password is found by its key, as text, JSON and JUnit, and never shown", async () => {
  const wrong = { ...environment, SERVICE: "c4nary other" };
  const { outcome, out } = await type("secrets doctor --json --junit report.xml", { environment: wrong, folder });
  expect(outcome).toBe("findings");
  const { findings } = JSON.parse(out) as { findings: { code: string; key: string; message: string }[] };
  expect(findings.filter(({ code }) => code === "login_refused")).toHaveLength(3);
  const junit = readFileSync(join(folder, "report.xml"), "utf8");
  expect(junit).toContain('type="login_refused"');
  for (const text of [out, junit]) expect(text).not.toContain("c4nary");
});

test("endpoints that cannot be read are told with their file and key", async () => {
  writeFileSync(join(folder, "values.yaml"), "redis:\n  port: x\n  host: redis\n");
  const { outcome, error } = await type("secrets doctor --endpoints values.yaml", { environment, folder });
  expect(outcome).toBe("failure");
  expect(error).toContain("values.yaml: redis.port is not a number");
});
