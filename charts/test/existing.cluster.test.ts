import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, noPods, openNamespace, type TestNamespace } from "../../scripts/kubernetes/testing.ts";
import { chart, valuesFile } from "./chart.ts";
import { stateFacts } from "./installation.ts";
import { type Peers, startPeers } from "./peers.ts";

describe.skipIf(noPods)(`Secrets that exist already${noPods ? ` (not run: ${noPods})` : ""}`, () => {
  let peers: Peers;
  beforeAll(async () => {
    peers = await startPeers(cluster.host ?? "");
  });
  afterAll(() => peers.stop());

  const settings = () => ({ redis: { host: "host.internal", port: peers.redis.port } });
  const install = (namespace: TestNamespace, more: object = {}) =>
    namespace.helm("install", "praetor", chart, "--values", valuesFile({ ...settings(), ...more }));

  /** What `praetor secrets render kubernetes` writes for these servers. */
  async function rendered(): Promise<string> {
    const { secrets, path } = await stateFacts(peers);
    expect(await secrets("render kubernetes --out set.yaml")).toMatchObject({ outcome: "success" });
    return readFileSync(path("set.yaml"), "utf8");
  }

  test("and are right: the databases are made, and none of them is touched", async () => {
    const namespace = await openNamespace();
    const set = await rendered();
    expect(await namespace.kubectl(["apply", "--server-side", "--filename", "-"], set)).toMatchObject({ code: 0 });
    const before = await namespace.fingerprints();
    expect(await install(namespace), namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(namespace.logs("praetor-secrets-doctor")).toMatch(/^All well/m);
    expect(await namespace.fingerprints()).toEqual(before);
  });

  test("and one is wrong: one Job fails, says which key and why, and nothing else starts", async () => {
    const namespace = await openNamespace();
    const wrong = (await rendered()).replace(/(scheduler: .*)@host/, "$1@nhost");
    expect(await namespace.kubectl(["apply", "--server-side", "--filename", "-"], wrong)).toMatchObject({ code: 0 });
    const { code, out, error } = await install(namespace);
    expect([code, error]).toEqual([1, expect.stringContaining("praetor-secrets-check")]);
    expect(out + error).toMatch(/error {2}orion-\S*user-connection-strings\/scheduler {2}\[stray_n\]/);
    const pods = await namespace.kubectl(["get", "pods", "--output", "json"]);
    const { items } = JSON.parse(pods.out) as { items: PodOutcome[] };
    expect(items.map(({ status }) => status.containerStatuses.map(({ state }) => state.terminated))).toEqual([
      [expect.objectContaining({ exitCode: 2, message: expect.stringContaining("[stray_n]") })],
    ]);
    expect(namespace.logs("")).not.toContain(peers.superPassword);
  });

  test("and are missing: the same Job names every one", async () => {
    const namespace = await openNamespace();
    const [first] = (await rendered()).split("---\n");
    expect(await namespace.kubectl(["apply", "--server-side", "--filename", "-"], first)).toMatchObject({ code: 0 });
    expect(await install(namespace)).toMatchObject({ code: 1 });
    const log = namespace.logs("praetor-secrets-check");
    expect(log.match(/\[object_missing\]/g)).toHaveLength(8);
  });

  test("or none of them is there, which is said as that", async () => {
    const namespace = await openNamespace();
    expect(await install(namespace)).toMatchObject({ code: 1 });
    expect(namespace.logs("praetor-secrets-check")).toContain("there is no Secret");
  });
});

interface PodOutcome {
  readonly status: { readonly containerStatuses: { readonly state: { readonly terminated?: object } }[] };
}
