import { expect, test } from "vitest";
import { Examination } from "./check.ts";

const never = () => new Promise<never>(() => {});
const finding = { severity: "warning", code: "found", object: "here", key: null, message: "", remedy: "" } as const;

test("a check that finds nothing, and one that only warns, let go on; an error does not", async () => {
  const examination = new Examination(new AbortController().signal);
  expect(await examination.run("a", "here", async () => [])).toBe(true);
  expect(await examination.run("b", "here", async () => [finding])).toBe(true);
  expect(await examination.run("c", "here", async () => [{ ...finding, severity: "error" }])).toBe(false);
  expect(examination.results.map(({ outcome }) => outcome)).toEqual(["passed", "found", "found"]);
});

test("when the time is up, what is not done is found, and what begins later too", async () => {
  const time = new AbortController();
  const examination = new Examination(time.signal);
  const waiting = examination.run("login", "db:5432", never);
  time.abort();
  expect(await waiting).toBe(false);
  expect(await examination.run("tls", "db:5432", never)).toBe(false);
  expect(examination.results.flatMap(({ findings }) => findings.map(({ code, object }) => `${object} ${code}`))).toEqual([
    "db:5432 timed_out",
    "db:5432 timed_out",
  ]);
});

test("an error that nobody foresaw is told by its kind and not by its text, which may hold anything", async () => {
  const examination = new Examination(new AbortController().signal);
  await examination.run("login", "here", () => Promise.reject(Object.assign(new Error("c4nary"), { code: "EWEIRD" })));
  const [result] = examination.results;
  expect(result?.findings).toMatchObject([{ code: "check_failed", message: expect.stringContaining("EWEIRD") }]);
  expect(JSON.stringify(result)).not.toContain("c4nary");
});
