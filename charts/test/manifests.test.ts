import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { endpointsFrom } from "../../packages/server/src/platform/doctor/index.ts";
import { validatorPython } from "../../scripts/kubernetes/executables.ts";
import { chart } from "./chart.ts";
import { helm, objectsOf, rendered, runWith } from "./helm.ts";
import { most, samples } from "./samples.ts";

const named = Object.entries(samples);

test.each(named)("lint has nothing to say of %s", async (_, values) => {
  const { code, out, error } = await helm(["lint", "--strict", "--quiet"], values);
  expect([code, out + error]).toEqual([0, ""]);
});

const validate = (version: string, manifests: string) =>
  runWith(validatorPython(), ["-m", "kubernetes_validate", "--kubernetes-version", version, "--strict", "-"], manifests);

test("what is rendered for all of them meets the schemas of the oldest and the newest Kubernetes", async () => {
  const manifests = (await Promise.all(named.map(([, values]) => rendered(values)))).join("\n---\n");
  for (const version of ["1.29", "1.37"]) {
    const { code, out, error } = await validate(version, manifests);
    expect([code, out + error]).toEqual([0, expect.not.stringContaining("ERROR")]);
  }
  const { code, out } = await validate("1.37", manifests.replace("backoffLimit", "backofLimit"));
  expect([code, out]).toEqual([1, expect.stringContaining("backofLimit")]);
});

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: readonly { readonly name: string; readonly args: readonly string[]; readonly securityContext: object }[];
}

function podsOf(manifests: string): PodSpec[] {
  return objectsOf(manifests).flatMap(({ kind, spec }) => {
    const { template, jobTemplate } = (spec ?? {}) as {
      template?: { spec: PodSpec };
      jobTemplate?: { spec: { template: { spec: PodSpec } } };
    };
    if (kind === "Job" && template) return [template.spec];
    return kind === "CronJob" && jobTemplate ? [jobTemplate.spec.template.spec] : [];
  });
}

test("every Pod is restricted, and gets no token of the cluster", async () => {
  const pods = podsOf(await rendered(most));
  expect(pods).toHaveLength(6);
  for (const { automountServiceAccountToken, securityContext, containers } of pods) {
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(containers.map((each) => each.securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    ]);
  }
});

test("hooks run in one order: check, the databases, doctor", async () => {
  const jobs = objectsOf(await rendered(most)).filter(({ kind }) => kind === "Job");
  const weight = ({ metadata }: (typeof jobs)[number]) => Number(metadata.annotations?.["helm.sh/hook-weight"]);
  expect(jobs.toSorted((a, b) => weight(a) - weight(b)).map(({ metadata }) => metadata.name)).toEqual([
    "praetor-secrets-check",
    "praetor-schema-setup",
    "praetor-db-migration",
    "praetor-partman",
    "praetor-secrets-doctor",
  ]);
  expect(new Set(jobs.map(weight)).size).toBe(jobs.length);
});

test("no secret stands outside of Secrets", async () => {
  const others = objectsOf(await rendered(most)).filter(({ kind }) => kind !== "Secret");
  for (const secret of ["given out", "pa$$word", "Another for", most.passwords.serviceUser, most.keys.tokenSigning])
    expect(JSON.stringify(others)).not.toContain(secret);
});

test("where the other parties are is told in words that `praetor secrets doctor` reads", async () => {
  const map = objectsOf(await rendered(most)).find(({ kind }) => kind === "ConfigMap");
  const { redis, mail, signOn } = endpointsFrom(parse(map?.data?.["endpoints.yaml"] ?? ""));
  expect(redis.cache).toEqual({ host: "cache.internal", port: 6380, tls: false });
  expect(redis.work).toEqual({ host: "redis.internal", port: 6379, tls: true, username: "praetor" });
  expect(mail).toEqual({ host: "smtp.internal", port: 587, tls: "starttls", username: "praetor" });
  expect(Object.keys(signOn)).toEqual(["okta", "adfs", "entra"]);
});

test("the chart runs this version of the program", () => {
  const { appVersion } = parse(readFileSync(join(chart, "Chart.yaml"), "utf8")) as { appVersion: string };
  const { version } = JSON.parse(readFileSync(join(chart, "../../packages/server/package.json"), "utf8")) as { version: string };
  expect(appVersion).toBe(version);
});
