import { writeSync } from "node:fs";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";
import { checkTraces, type Fault } from "./check.ts";
import { type Trace, traces } from "./trace.ts";
import { RealWorld } from "./world.ts";

/** `npm run model-check -- --traces N --seed S` sets these; a plain run of the tests takes a sample. */
const TRACES = Number(process.env["MODEL_TRACES"] ?? 600);
const SEED = Number(process.env["MODEL_SEED"] ?? 1);
const AT_ONCE = 150;
/** What shows only now and then could be shrunk for ever. */
const SHRINKING_MILLISECONDS = 60_000;
/** Connections broken during so many traces. */
const BREAKS = 2;

let server: TestServer;
let real: RealWorld;
beforeAll(async () => {
  const environment = {
    PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0",
    // Longer than any trace.
    PRAETOR_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS: "86400",
  };
  server = await openTestServer({ environment });
  real = new RealWorld(server.deps);
});
afterAll(() => server.close());

/** The smallest trace that shows the fault too. */
async function shrunk({ trace, why }: Fault): Promise<string> {
  const run = async (candidate: Trace) => {
    const [fault] = await checkTraces(real, [candidate], 0);
    await real.clear();
    if (fault) throw new Error(fault.why);
  };
  const details = await fc.check(fc.asyncProperty(traces, run), {
    examples: [[trace]],
    numRuns: 1,
    seed: SEED,
    interruptAfterTimeLimit: SHRINKING_MILLISECONDS,
  });
  const [smallest] = details.counterexample ?? [trace];
  const reason = details.errorInstance instanceof Error ? details.errorInstance.message : `${why} (not every time)`;
  return `${JSON.stringify(smallest)}\n${reason}`;
}

describe("clients that propose, take slots, die and repeat themselves, several at once", () => {
  it(`are told only what one order of their operations explains: ${TRACES} traces of seed ${SEED}`, async () => {
    const begun = performance.now();
    for (let done = 0; done < TRACES; done += AT_ONCE) {
      const chunk = fc.sample(traces, { seed: SEED + done, numRuns: Math.min(AT_ONCE, TRACES - done) });
      const [fault] = await checkTraces(real, chunk, BREAKS);
      if (fault) expect.fail(await shrunk(fault));
      await real.clear();
      if (process.env["MODEL_TRACES"]) {
        const rate = (done + chunk.length) / ((performance.now() - begun) / 1000);
        writeSync(process.stderr.fd, `${done + chunk.length} traces, ${rate.toFixed(0)} a second\n`);
      }
    }
  }, 86_400_000);
});
