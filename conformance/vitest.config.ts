import { defineConfig } from "vitest/config";
import { ConformanceReporter } from "./harness/reporter.ts";

/** Real clients against a running server. `CONFORMANCE_TARGET=original` runs them against the original instead. */
export default defineConfig({
  test: {
    name: "conformance",
    root: import.meta.dirname,
    include: [
      "golden/*.test.ts",
      "differential/*.test.ts",
      "schedules/*.test.ts",
      "schemathesis/*.test.ts",
      "scenarios/*.test.ts",
      "pages/*.test.ts",
      "compatibility.test.ts",
    ],
    globalSetup: ["./harness/set-up.ts"],
    // Each file keeps one client process busy, and often a second one; more would only make them wait for each other.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    reporters: ["default", new ConformanceReporter()],
  },
});
