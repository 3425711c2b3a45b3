import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, type Running } from "../harness/client.ts";
import { CONFIGURATIONS } from "../harness/configurations.ts";
import { startServer, type Server } from "../harness/server.ts";
import { inPlaceOf, type Shown, shownIn } from "./shown.ts";

const PAGE = join(import.meta.dirname, "../../docs/first-deployment.md");
const page = readFileSync(PAGE, "utf8");

/** A server of its own: the page lists all runs that there are. */
let server: Server;
let client: Client;
beforeAll(async () => {
  server = await startServer(CONFIGURATIONS.plain);
  client = new Client("3.8.3", server.api);
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
});

/** As wide as the page breaks lines; names of runs differ in length, and a narrower table would cut what stands beside them. */
const SETTINGS = { COLUMNS: "120", PREFECT_RUNNER_POLL_FREQUENCY: "1" };

/** What a command line of the page prints, from its own line on. */
async function printedBy({ command }: Shown): Promise<string> {
  const running = client.startPrefect(command.split(" ").slice(1), SETTINGS);
  await running.finished;
  return `$ ${command}\n${running.output()}`;
}

/** What the process that serves the flow has said: as many lines as are shown, or those of the run. */
function saidWhereServed(serving: Running, { command, text }: Shown): string {
  const lines = serving.output().split("\n");
  if (command === "") return lines.filter((line) => line.includes("| Flow run '")).join("\n");
  const count = text.trimEnd().split("\n").length - 1;
  return [`$ ${command}`, ...lines.slice(0, count)].join("\n");
}

/** The program with its schedule at the other end of the day: a run that fired meanwhile would be shown among those of the page. */
const farFromNow = (program: string): string => program.replace(/(?<=cron="0 )\d+/, String((new Date().getUTCHours() + 12) % 24));

test("what the page shows is what its commands print, one after the other", { timeout: 180_000 }, async () => {
  const file = join(client.home, "report.py");
  writeFileSync(file, farFromNow(/^```python\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? ""));
  const serving = client.start([file], SETTINGS);
  await serving.says("To trigger a run for this flow", 60);
  await serving.says("prefect deployment run 'report/morning'");
  let now = page;
  for (const shown of shownIn(page)) {
    if (shown.command === "") await serving.says("Finished in state Completed()", 60);
    const served = shown.command === "" || shown.command.startsWith("python ");
    now = inPlaceOf(now, shown, served ? saidWhereServed(serving, shown) : await printedBy(shown));
  }
  serving.kill("SIGINT");
  await serving.finished;
  await expect(now).toMatchFileSnapshot(PAGE);
});
