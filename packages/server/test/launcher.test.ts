import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openFolder } from "./folders.ts";
import { checkout, type Installation, postgresOf, Praetor } from "./processes.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A Node of this machine that is too old to run the program, if it has one. */
function oldNode(): string | undefined {
  const candidates = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return candidates.filter((path) => existsSync(path)).find((path) => majorOf(path) < 22);
}

const majorOf = (node: string): number => Number(execFileSync(node, ["-p", "process.versions.node.split('.')[0]"]).toString());

const old = oldNode();
const onOldNode = (launcher = checkout.launcher): Installation => ({ node: old ?? "", launcher });

test("the program runs on the Node that it was started with", async () => {
  const ended = await new Praetor(["version"]).ended();
  expect(ended).toMatchObject({ code: 0, error: "" });
  expect(ended.out).toContain(`node      ${process.versions.node}\n`);
});

test("exit codes pass through", async () => {
  expect((await new Praetor(["nonsense"]).ended()).code).toBe(2);
});

test.skipIf(old === undefined)("an old Node hands over to the one that the checkout carries", async () => {
  const ended = await new Praetor(["version"], { installation: onOldNode() }).ended();
  expect(ended).toMatchObject({ code: 0, error: "" });
  expect(ended.out).toMatch(/^node +24\./m);
  expect((await new Praetor(["nonsense"], { installation: onOldNode() }).ended()).code).toBe(2);
});

test.skipIf(old === undefined)("an old Node without another says in one line what is needed", async () => {
  const folder = openFolder();
  mkdirSync(join(folder, "bin"));
  cpSync(checkout.launcher, join(folder, "bin/praetor.js"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const ended = await new Praetor(["version"], { installation: onOldNode(join(folder, "bin/praetor.js")) }).ended();
  expect(ended.code).toBe(1);
  expect(ended.error).toMatch(/^praetor: Node 22\.18 or newer is needed, this is [\d.]+\. .*\n$/);
});

test.skipIf(old === undefined).each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "%s to the old Node ends the server, and nothing is left",
  async (signal) => {
    const folder = openFolder();
    const praetor = new Praetor(["server", "start", "--port", "0", "--data-dir", folder], { installation: onOldNode() });
    onTestFinished(() => {
      for (const pid of postgresOf(folder)) process.kill(pid, "SIGQUIT");
    });
    await praetor.ready();
    const ended = await praetor.stop(signal);
    expect(ended).toMatchObject(signal === "SIGKILL" ? { signal } : { code: 0, error: "" });
    await vi.waitFor(() => expect(postgresOf(folder)).toEqual([]), { timeout: 20_000 });
  },
);
