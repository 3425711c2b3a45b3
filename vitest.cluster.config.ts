import { defineConfig } from "vitest/config";

/** `npm run test:cluster`: the chart and the commands about Secrets against a real Kubernetes API server. */
export default defineConfig({
  test: {
    name: "cluster",
    include: ["{packages,charts,scripts}/**/*.cluster.test.ts"],
    globalSetup: ["scripts/kubernetes/set-up.ts"],
    setupFiles: ["vitest.properties.ts"],
    // Each file keeps Helm, the API server and processes of Pods busy.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
  },
});
