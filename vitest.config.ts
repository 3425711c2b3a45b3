import { defineConfig } from "vitest/config";

const database = "packages/server/src/platform/database/testing";

/** These need a Kubernetes API server: vitest.cluster.config.ts. */
const clusterTests = ["**/*.cluster.test.ts"];

/**
 * Unit and integration tests. Real clients (`conformance/`) and benchmarks have configurations of their own.
 *
 * Isolation is off: files of one worker share their modules, which saves most of the time of a run. So a module keeps
 * no state that one test could leave behind for another.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "packages",
          include: ["packages/{secrets,topology,wire}/{src,test}/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: clusterTests,
          setupFiles: ["vitest.properties.ts"],
          isolate: false,
          pool: "threads",
          // Some start a server or compare a large set, on machines that may be busy.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "charts",
          include: ["charts/**/*.test.ts"],
          globalSetup: ["charts/test/set-up.ts"],
          exclude: clusterTests,
          setupFiles: ["vitest.properties.ts"],
          // Each test runs Helm once or more.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "server",
          include: ["packages/server/{src,test}/**/*.test.ts"],
          exclude: clusterTests,
          globalSetup: ["packages/server/src/testing/debian-tools-set-up.ts", `${database}/global-set-up.ts`],
          setupFiles: ["vitest.properties.ts", `${database}/leak-check.ts`],
          isolate: false,
          pool: "forks",
          // Several clusters and processes start in these tests, on machines that may be busy.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Waits end when what is waited for has come; a machine that is busy lets it take long.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
