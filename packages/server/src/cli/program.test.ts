import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { definitions } from "./definitions.ts";
import { cliDocument } from "./document.ts";
import { type } from "./testing.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-cli-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("docs/cli.md says what the commands say (`npx vitest -u` writes it)", async () => {
  await expect(cliDocument()).toMatchFileSnapshot(fileURLToPath(new URL("../../../../docs/cli.md", import.meta.url)));
});

test.each(definitions)("$words --help shows its options and examples", async ({ words, settings, examples }) => {
  const { outcome, out } = await type(`${words} --help`);
  expect(outcome).toBe("success");
  for (const shown of [...settings, ...examples.map(({ line }) => line)]) expect(out).toContain(shown);
});

test.each([
  ["servr", "Did you mean server?"],
  ["server stat", "Did you mean start?"],
  ["server start --prot 1", "Did you mean --port?"],
  ["server start extra", "too many arguments"],
  ["server start --port", "argument missing"],
  ["config show --port many", "--port: expected integer from 0 to 65535"],
  ["", "Usage: praetor"],
])("`praetor %s` is a usage error that says what was meant", async (words, message) => {
  const { outcome, error } = await type(words);
  expect(outcome).toBe("usage");
  expect(error).toContain(message);
});

test("config show has the options, the file of the current folder and the defaults, each with its origin", async () => {
  writeFileSync(join(folder, "praetor.toml"), "[api]\nhost = '::1'\n");
  const { outcome, out } = await type("config show --port 1 --no-services --json", { folder });
  expect(outcome).toBe("success");
  expect(JSON.parse(out)).toMatchObject({
    "api.port": { value: "1", origin: "--port" },
    "services.enabled": { value: "false", origin: "--no-services" },
    "api.host": { value: "::1", origin: join(folder, "praetor.toml") },
    "api.keepalive_timeout": { value: "5", origin: "default" },
  });
});

test("config show names variables that change nothing, beside its answer", async () => {
  const { out, error } = await type("config show --json", { environment: { HOME: "/", PREFECT_SERVER_UI_ENABLED: "1" } });
  expect(error).toBe("PREFECT_SERVER_UI_ENABLED has no effect: this version has no web interface.");
  expect(() => void JSON.parse(out)).not.toThrow();
});

test("a configuration file that is named and missing is an error", async () => {
  const { outcome, error } = await type("config show", { folder, environment: { HOME: "/", PRAETOR_CONFIG: "other.toml" } });
  expect(outcome).toBe("usage");
  expect(error).toContain(join(folder, "other.toml"));
});

test("service list shows every service and what runs in it here", async () => {
  const { out } = await type("service list");
  expect(out.split("\n")).toHaveLength(28);
  expect(out).toMatch(/^orion-background +background +replicas +task-run-recorder heartbeat-recorder outbox-relay /m);
});

test("version shows the program and the protocol", async () => {
  const { out } = await type("version");
  expect(out).toMatch(/^praetor +\d+\.\d+\.\d+$/m);
  expect(out).toMatch(/^protocol +Prefect 3\./m);
});
