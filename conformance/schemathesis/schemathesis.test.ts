import { expect, test } from "vitest";
import { CONFIGURATIONS } from "../harness/configurations.ts";
import { startServer } from "../harness/server.ts";
import { examine } from "./examine.ts";

/** As long as fits a run of all tests; `npm run schemathesis` takes longer. */
const SECONDS = 40;
const PATIENT = 600_000;

test(
  "Schemathesis finds no server error, and nothing that the description does not know",
  async () => {
    const server = await startServer(CONFIGURATIONS.plain);
    try {
      const { passed, said } = await examine({ api: server.api, seconds: SECONDS, examples: 2, seed: 1 });
      expect(passed, said).toBe(true);
    } finally {
      await server.stop();
    }
  },
  PATIENT,
);
