import { Secret } from "@praetor/secrets";
import { expect, test } from "vitest";
import { createLog, logFormat, type LogOptions } from "./log.ts";

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", ...options, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

test("a line is JSON with a named level and an ISO time", () => {
  const { log, lines } = capture();
  log.child({ service: "outbox-relay" }).info({ rows: 3 }, "relayed");
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    service: "outbox-relay",
    rows: 3,
    msg: "relayed",
  });
});

test.each([
  ["a header", { headers: { authorization: "Basic hunter2" } }],
  ["a password", { password: "hunter2" }],
  ["a connection string", { database: { connectionString: "postgresql://u:hunter2@h/d" } }],
  ["a Secret under any name", { anything: Secret.of("hunter2") }],
])("%s is not written", (_, fields) => {
  const { log, lines } = capture();
  log.info(fields, "seen");
  expect(lines.join("")).toContain("[secret]");
  expect(lines.join("")).not.toContain("hunter2");
});

test("lines below the level are not written", () => {
  const { log, lines } = capture({ level: "warn" });
  log.info("quiet");
  log.warn("loud");
  expect(lines).toHaveLength(1);
});

test("the pretty form is one readable line, with the stack of an error below", () => {
  const { log, lines } = capture({ format: "pretty" });
  log.child({ service: "outbox-relay" }).warn({ rows: 3, err: new Error("lost") }, "pass failed");
  expect(lines.join("")).toMatch(/^\d\d:\d\d:\d\d .*warn .* outbox-relay pass failed rows=3\n {2}Error: lost\n {4,}at /);
});

test.each([
  ["auto", true, "pretty"],
  ["auto", false, "json"],
  ["json", true, "json"],
  ["pretty", false, "pretty"],
] as const)("format %s, terminal %s: %s", (setting, terminal, format) => {
  expect(logFormat(setting, terminal)).toBe(format);
});
