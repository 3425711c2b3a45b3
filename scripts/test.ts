/**
 * `npm test`: everything, in this order. `npm test -- check tests` runs only the parts that are named.
 *
 * - check: types, lint, format, arrows, migrations
 * - tests: unit and integration tests against an embedded PostgreSQL, and the command line as real processes
 * - conformance: real clients, which are installed into .cache/ on the first run
 * - cluster: the chart and the commands about Secrets against a real Kubernetes API server, which is built beside all the rest
 *   the first time; `npm run test:cluster` runs this part alone
 *
 * The last line is `N passed, N failed`; the exit code is 1 when anything failed, and what failed is told once more before it.
 */
import { check } from "./check.ts";
import { beginKubeBuild, runClusterTier } from "./kubernetes/tier.ts";
import { withRouteLedger } from "./ledger.ts";
import { runSuite } from "./suite.ts";
import { conclude, nothing, sum, type Tally, tallyLine } from "./tally.ts";

/** The parts that were named, or all. */
const named = process.argv.slice(2);
const wanted = (name: string): boolean => named.length === 0 || named.includes(name);

// The first build takes longer than everything else together, and so begins before it.
const kube = wanted("cluster") ? beginKubeBuild() : undefined;

const parts: Readonly<Record<string, () => Promise<Tally>>> = {
  check,
  tests: () => withRouteLedger(() => runSuite("vitest.config.ts")),
  conformance: () => runSuite("conformance/vitest.config.ts"),
  cluster: () => runClusterTier(kube ?? beginKubeBuild()),
};

async function attempt(name: string, part: () => Promise<Tally>): Promise<Tally> {
  const begun = performance.now();
  console.log(`\n== ${name}`);
  let tally: Tally;
  try {
    tally = await part();
  } catch (error) {
    tally = { ...nothing, failures: [`${name}\n${error instanceof Error ? error.stack : String(error)}`] };
  }
  console.log(`== ${name}: ${tallyLine(tally)}, ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  return tally;
}

const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}

let total = nothing;
for (const [name, part] of Object.entries(parts)) {
  if (wanted(name)) total = sum(total, await attempt(name, part));
}
conclude(total);
process.exit();
