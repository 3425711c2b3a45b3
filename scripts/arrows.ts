/**
 * Holds the arrows between the rooms of the house: services -> domains -> platform, and the packages below them.
 * `node scripts/arrows.ts` prints every import that runs against one. Cycles and sizes are held by the linter.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Import, importsOf } from "./imports.ts";

const server = "packages/server/src";
const domains = ["orion", "events", "nebula"].map((name) => `${server}/${name}`);

/** Each room and the rooms that it may import; a file belongs to the longest room that begins its path. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "packages/topology/src": [],
  "packages/wire/src/kit": [],
  "packages/wire/src": ["packages/wire/src/kit"],
  "packages/secrets/src": ["packages/topology/src"],
  [`${server}/platform`]: ["packages/wire/src", "packages/secrets/src", "packages/topology/src", "packages/server/package.json"],
  ...Object.fromEntries(
    domains.map((domain) => [domain, [...domains, `${server}/platform`, "packages/wire/src", "packages/secrets/src"]]),
  ),
  [`${server}/services`]: [
    ...domains,
    `${server}/platform`,
    "packages/wire/src",
    "packages/secrets/src",
    "packages/topology/src",
  ],
  [`${server}/cli`]: [`${server}/services`, `${server}/platform`, "packages/secrets/src", "packages/topology/src"],
};

/** The one place that knows a dependency; what others need of it, that place offers. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  "@opentelemetry/api": [`${server}/platform/tracing`],
  commander: [`${server}/cli`],
  ioredis: [`${server}/platform/doctor`],
  nodemailer: [`${server}/platform/doctor`],
  fastify: [`${server}/platform/http`],
  pg: [`${server}/platform/database`],
  pino: [`${server}/platform/log`],
  "prom-client": [`${server}/platform/metrics`],
  "smol-toml": [`${server}/platform/config`],
  ws: [`${server}/platform/http`, `${server}/platform/socket`],
};

const rules = `${server}/orion/states/rules/`;
const withinRules = [`${server}/orion/states/`, "packages/wire/src/"];

/** What only tests use. */
const workshop = `${server}/testing`;

/** A test may start whatever shows what it claims, from any room of its package, and what the scripts install for tests. */
const isTest = (path: string): boolean => /\.test\.ts$|\/testing(\/|\.ts$)/.test(path);

function roomOf(path: string): string | undefined {
  const holding = Object.keys(rooms).filter((room) => path.startsWith(`${room}/`));
  return holding.toSorted((a, b) => b.length - a.length)[0];
}

/** Why an import is against the arrows, or undefined. */
export function objection(edge: Import): string | undefined {
  return edge.kind === "package" ? packageObjection(edge) : fileObjection(edge);
}

function packageObjection({ from, to, typeOnly }: Import): string | undefined {
  const keeping = keepers[to];
  if (keeping === undefined || typeOnly || isTest(from)) return undefined;
  return keeping.some((place) => from.startsWith(place)) ? undefined : `only ${keeping.join(", ")} may import it`;
}

function fileObjection({ from, to, typeOnly }: Import): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === undefined) return undefined;
  if (isTest(from) && from.startsWith(server) && to.startsWith(server)) return undefined;
  if (isTest(from) && to.startsWith("scripts/")) return undefined;
  if (to.startsWith(`${workshop}/`)) return "only tests use it";
  if (from.startsWith(rules) && !typeOnly && !withinRules.some((place) => to.startsWith(place))) {
    return "a rule imports only types, and values of orion/states and wire";
  }
  if (target === room) return undefined;
  if (!rooms[room]?.includes(target ?? to)) return `${room} may not import ${target ?? to}`;
  const crossesDomains = domains.includes(room) && domains.includes(target ?? "");
  if (crossesDomains && to !== `${target}/index.ts`) return "domains meet through index.ts";
  return undefined;
}

/** A linter's rule may be switched off where the comment says why: `// oxlint-disable-next-line rule -- reason`. */
export function silentDisables(path: string, text: string): string[] {
  const lines = text.split("\n").entries();
  return [...lines]
    .filter(([, line]) => /(ox|es)lint-disable/.test(line) && !/lint-disable[\w-]* [\w/-]+(, [\w/-]+)* -- \S/.test(line))
    .map(([index]) => `${path}:${index + 1}: a rule is switched off without a reason (-- reason)`);
}

/** Every objection to the sources under a root folder, one line each. */
export function objections(root: string): string[] {
  const files = globSync("packages/*/src/**/*.ts", { cwd: root }).toSorted();
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const against = importsOf(path, text).flatMap((edge) => {
      const reason = objection(edge);
      return reason === undefined ? [] : [`${path}: imports ${edge.to}: ${reason}`];
    });
    return [...against, ...silentDisables(path, text)];
  });
}

if (import.meta.main) {
  const found = objections(dirname(import.meta.dirname));
  for (const line of found) console.error(line);
  if (found.length === 0) console.log("arrows: every import runs the right way");
  process.exitCode = found.length === 0 ? 0 : 1;
}
