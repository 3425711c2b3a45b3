import { expect, test } from "vitest";
import { objection, silentDisables } from "./arrows.ts";
import { importsOf } from "./imports.ts";

const server = "packages/server/src";

function judged(from: string, line: string): (string | undefined)[] {
  return importsOf(from, line).map(objection);
}

test.each([
  [`${server}/orion/flows/routes.ts`, `import { route } from "../../platform/http/index.ts";`],
  [`${server}/orion/flows/routes.ts`, `import { Flow } from "@praetor/wire";`],
  [`${server}/orion/flows/routes.ts`, `import { count } from "../../events/index.ts";`],
  [`${server}/services/runner.ts`, `import { routes } from "../orion/index.ts";`],
  [`${server}/services/runner.ts`, `import { services } from "@praetor/topology";`],
  [`${server}/cli/server-start/run.ts`, `import { startServer } from "../../services/runner.ts";`],
  [`${server}/orion/states/rules/retry.ts`, `import { addSeconds } from "@praetor/wire";`],
  [`${server}/orion/states/rules/retry.ts`, `import type { Random } from "../../../platform/random.ts";`],
  [`${server}/platform/http/app.ts`, `import fastify, { type FastifyInstance } from "fastify";`],
  [`${server}/orion/flows/routes.test.ts`, `import { openTestServer } from "../../testing/server.ts";`],
  [`${server}/orion/concurrency/routes.test.ts`, `import { runOnce } from "../../services/lease-expiry.ts";`],
  [`${server}/testing/server.ts`, `import { openApi } from "../services/api.ts";`],
  ["packages/secrets/src/contract.ts", `import { services } from "@praetor/topology";`],
  ["packages/wire/src/flows.ts", `import { string } from "./kit/index.ts";`],
])("%s may hold %s", (from, line) => {
  expect(judged(from, line)).toEqual([undefined]);
});

test.each([
  [`${server}/platform/http/app.ts`, `import { routes } from "../../orion/index.ts";`],
  [`${server}/orion/flows/routes.ts`, `import { insert } from "../../events/store.ts";`],
  [`${server}/orion/flows/routes.ts`, `import { startServer } from "../../services/runner.ts";`],
  [`${server}/events/ingest.ts`, `const { run } = await import("../cli/main.ts");`],
  [`${server}/services/runner.ts`, `export * from "../cli/main.ts";`],
  [`${server}/orion/states/rules/retry.ts`, `import { systemRandom } from "../../../platform/random.ts";`],
  [`${server}/orion/states/rules/retry.ts`, `import { flowQueries } from "../../flows/queries.ts";`],
  [`${server}/orion/flows/queries.ts`, `import { Client } from "pg";`],
  [`${server}/orion/flows/routes.ts`, `import { openTestServer } from "../../testing/server.ts";`],
  [`${server}/platform/config/load.ts`, `import { Flow } from "../../../../conformance/flows.ts";`],
  ["packages/topology/src/index.ts", `import { Secret } from "@praetor/secrets";`],
  ["packages/topology/src/index.ts", `import { check } from "@praetor/secrets/sets";`],
  ["packages/wire/src/kit/schema.ts", `import { Flow } from "../flows.ts";`],
  ["packages/wire/src/flows.ts", `import {\n  Secret,\n} from "@praetor/secrets";`],
])("%s may not hold %s", (from, line) => {
  expect(judged(from, line)).toEqual([expect.any(String)]);
});

test("a type vanishes, so it may come from where a value may not", () => {
  expect(judged(`${server}/orion/flows/queries.ts`, `import type { Client } from "pg";`)).toEqual([undefined]);
});

test("words in a text or a comment are no imports", () => {
  expect(importsOf("a.ts", `const text = 'import { x } from "pg"';\n// import { x } from "pg";`)).toEqual([]);
});

test.each([
  ["// oxlint-disable-next-line max-lines-per-function -- a table of routes", 0],
  ["// oxlint-disable-next-line max-lines-per-function", 1],
  ["/* eslint-disable */", 1],
])("%s: %d complaints", (line, count) => {
  expect(silentDisables("a.ts", line)).toHaveLength(count);
});
