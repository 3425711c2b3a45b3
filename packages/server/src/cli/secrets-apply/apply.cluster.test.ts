import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentEncode } from "@praetor/secrets";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cluster, openNamespace, type TestNamespace } from "../../../../../scripts/kubernetes/testing.ts";
import { type } from "../testing.ts";

const secret = "C4nary s$per @/+ é";
let folder: string;
let cache: string;
let namespace: TestNamespace;
let environment: Record<string, string>;
beforeAll(() => void (cache = mkdtempSync(join(tmpdir(), "praetor-kubectl-"))));
afterAll(() => rmSync(cache, { recursive: true }));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-apply-"));
  namespace = await openNamespace();
  environment = {
    HOME: folder,
    // What kubectl has learnt of the API server.
    KUBECACHEDIR: cache,
    PATH: `${cluster.commands}:${process.env.PATH}`,
    KUBECONFIG: cluster.kubeconfig,
    SUPER: secret,
    REDIS: "C4nary redis",
  };
  await type(`secrets init --database-host db.internal --super-password env:SUPER --redis-password env:REDIS`, {
    folder,
    environment,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command, and looks through everything that it says for the secrets. */
async function run(words: string, more: Record<string, string> = {}) {
  const options = { folder, environment: { ...environment, ...more } };
  const typed = await type(`secrets ${words} --namespace ${namespace.name}`, options);
  const base64 = Buffer.from(secret).toString("base64");
  for (const form of ["C4nary", base64, percentEncode(secret)]) expect(typed.out + typed.error).not.toContain(form);
  expect(typed.error).not.toContain("unexpected error");
  return typed;
}
const apply = (words = "", more: Record<string, string> = {}) => run(`apply ${words}`, more);

/** The resource version of every Secret, by name. */
async function versions(): Promise<Record<string, string>> {
  const { items } = await namespace.api.get<{ items: { metadata: { name: string; resourceVersion: string } }[] }>(
    `/api/v1/namespaces/${namespace.name}/secrets`,
  );
  return Object.fromEntries(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

/** Writes a key as somebody else would, who owns it from then on. */
const write = (object: string, data: Record<string, string>, owner: string, metadata: object = {}) =>
  namespace.kubectl(
    ["apply", "--server-side", "--force-conflicts", `--field-manager=${owner}`, "--filename=-"],
    JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: object, ...metadata }, stringData: data }),
  );

test("into an empty namespace it puts the whole set, and run again it changes nothing", async () => {
  const first = await apply();
  expect([first.outcome, first.out]).toEqual(["success", expect.stringMatching(/9 of 9 Secrets in .* applied\.$/)]);
  const before = await versions();
  expect(Object.keys(before)).toHaveLength(9);
  expect((await run("check --from cluster")).outcome).toBe("success");
  expect((await run("plan --from cluster")).out).toBe("Nothing to do: keep 93.");
  const second = await apply();
  expect([second.outcome, second.out]).toEqual(["success", expect.stringMatching(/Nothing to do: all 9 Secrets/)]);
  expect(await versions()).toEqual(before);
});

test("a dry run is tried by the API server, and changes nothing", async () => {
  const { outcome, out } = await apply("--dry-run");
  expect([outcome, out]).toEqual(["success", expect.stringContaining("9 of 9 Secrets")]);
  expect(await versions()).toEqual({});
});

test("what is missing is made, what was generated is kept, and keys that nobody reads stay", async () => {
  await apply();
  const before = await namespace.secret("events-user-connection-strings");
  await namespace.kubectl(["delete", "secret", "events-user-connection-strings", "redis-passwords"]);
  await namespace.kubectl(["patch", "secret", "platform-keys", "--type=merge", '--patch={"data":{"extra":"eA=="}}']);
  const { out } = await apply("--json");
  const { objects } = JSON.parse(out) as { objects: { object: string; action: string }[] };
  expect(objects.filter(({ action }) => action !== "kept").map(({ object }) => object)).toEqual([
    "events-user-connection-strings",
    "redis-passwords",
  ]);
  expect(await namespace.secret("events-user-connection-strings")).toEqual(before);
  expect(await namespace.secret("platform-keys")).toHaveProperty("extra", "x");
});

test("a password that was replaced at its source is applied with its date, and who must be restarted is told", async () => {
  await apply();
  await namespace.kubectl(["apply", "--filename=-"], JSON.stringify(reader));
  const { out } = await apply("", { SUPER: "another one" });
  expect(out).toMatch(/^changed {2}events-user-connection-strings {2}db-migration, schema-setup, partman$/m);
  expect(out).toContain(`kubectl rollout restart -n ${namespace.name} deployment/migrator`);
  expect((await run("plan --from cluster", { SUPER: "another one" })).outcome).toBe("success");
});

const reader = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "migrator" },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "migrator" } },
    template: {
      metadata: { labels: { app: "migrator" } },
      spec: {
        containers: [
          {
            name: "x",
            image: "praetor",
            env: [{ name: "URL", valueFrom: { secretKeyRef: { name: "orion-user-connection-strings", key: "db-migration" } } }],
          },
        ],
      },
    },
  },
};

test("who reads a key is told as the cluster has it", async () => {
  await apply();
  await namespace.kubectl(["apply", "--filename=-"], JSON.stringify(reader));
  expect((await run("status --from cluster --keys")).out).toMatch(
    /^orion-user-connection-strings\/db-migration +present +deployment\/migrator\*$/m,
  );
  expect((await run("explain orion-user-connection-strings/db-migration --from cluster")).out).toContain(
    "There it is present, read by deployment/migrator*",
  );
});

test("a key that somebody else holds is refused with its owner, before anything is written; by force it is taken over", async () => {
  await apply();
  await write("redis-passwords", { work: "theirs" }, "some-operator");
  await namespace.kubectl(["delete", "secret", "platform-keys"]);
  const before = await versions();
  const refused = await apply();
  expect(refused.outcome).toBe("failure");
  expect(refused.error).toContain("refused  redis-passwords/work is held by some-operator.");
  expect(refused.error).toContain("--force-conflicts");
  expect(JSON.parse((await apply("--json")).out)).toMatchObject({
    refusals: [{ object: "redis-passwords", key: "work", owner: "some-operator" }],
  });
  expect(await versions()).toEqual(before);
  expect((await apply("--force-conflicts")).outcome).toBe("success");
  expect((await namespace.secret("redis-passwords"))?.work).toBe("C4nary redis");
  expect((await apply()).out).toContain("Nothing to do");
});

test.each<[who: string, metadata: object, owner: string, told: string]>([
  [
    "Argo CD",
    { annotations: { "argocd.argoproj.io/tracking-id": "prod:/Secret:x/y" } },
    "argocd-controller",
    "Argo CD application prod",
  ],
  ["Helm", { annotations: { "meta.helm.sh/release-name": "prefect" } }, "helm", "Helm release prefect"],
])("what %s delivers is kept while it is right, marks and all, and refused when it is not", async (_, metadata, owner, told) => {
  await apply();
  const right = await namespace.secret("redis-passwords");
  await namespace.kubectl(["delete", "secret", "redis-passwords"]);
  await write("redis-passwords", right ?? {}, owner, metadata);
  const before = await versions();
  expect((await apply()).outcome).toBe("success");
  expect(await versions()).toEqual(before);
  await write("redis-passwords", { ...right, work: "wrong" }, owner, metadata);
  const { outcome, error } = await apply();
  expect([outcome, error]).toEqual(["failure", expect.stringContaining(`redis-passwords is held by ${told}.`)]);
});

test("of two that apply at once none mixes its passwords with the other's", async () => {
  const both = await Promise.all([apply(), apply()]);
  const failed = both.filter(({ outcome }) => outcome === "failure");
  for (const { error } of failed) expect(error).toContain("Somebody else has made or changed a Secret meanwhile");
  expect((await apply()).outcome).toBe("success");
  expect((await run("check --from cluster")).outcome).toBe("success");
});

test("no secret stands among the arguments of what is run, nor in a file", async () => {
  const recorded = join(folder, "arguments");
  writeFileSync(
    join(folder, "kubectl"),
    `#!/bin/sh\nprintf '%s\\n' "$@" >> ${recorded}\nexec ${cluster.commands}/kubectl "$@"\n`,
  );
  chmodSync(join(folder, "kubectl"), 0o755);
  expect((await apply("", { PATH: `${folder}:${process.env.PATH}` })).outcome).toBe("success");
  const words = readFileSync(recorded, "utf8");
  expect(words).toContain("--server-side");
  expect(words).not.toMatch(/C4nary|QzRuYXJ5/);
});

test("a login with too few rights is told what it lacks; one that sees no workloads is served all the same", async () => {
  await apply();
  await namespace.kubectl(["create", "serviceaccount", "reader"]);
  await namespace.kubectl(["create", "role", "reader", "--verb=get", "--resource=secrets"]);
  await namespace.kubectl(["create", "rolebinding", "reader", "--role=reader", `--serviceaccount=${namespace.name}:reader`]);
  const { out: token } = await namespace.kubectl(["create", "token", "reader"]);
  const config = JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as { users: { user: object }[] };
  const users = config.users.map((each) => ({ ...each, user: { token: token.trim() } }));
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify({ ...config, users }), { mode: 0o600 });
  const limited = `--kubeconfig ${join(folder, "kubeconfig")}`;
  const status = await run(`status --from cluster --keys ${limited}`);
  expect([status.outcome, status.error]).toEqual(["success", expect.stringContaining("cannot list resource")]);
  await namespace.kubectl(["delete", "secret", "platform-keys"]);
  const { outcome, error } = await apply(limited);
  expect([outcome, error]).toEqual(["failure", expect.stringContaining("cannot create resource")]);
  await namespace.kubectl(["create", "role", "writer", "--verb=get,create,patch", "--resource=secrets"]);
  await namespace.kubectl(["create", "rolebinding", "writer", "--role=writer", `--serviceaccount=${namespace.name}:reader`]);
  expect((await apply(limited)).outcome).toBe("success");
});

test.each([
  ["apply --context none", "none"],
  ["check --from cluster", "No Secret of the contract is in the namespace"],
])("`secrets %s` is told", async (words, message) => {
  const { outcome, error } = await run(words);
  expect([outcome, error]).toEqual(["failure", expect.stringContaining(message)]);
});

test("a namespace that does not exist is told once", async () => {
  const { outcome, error } = await type("secrets apply --namespace none", { folder, environment });
  expect([outcome, error]).toEqual(["failure", expect.stringContaining("The cluster has no namespace none.")]);
});

test("what is too large for a Secret is refused without a word of it", async () => {
  const facts = join(folder, "secrets.yaml");
  writeFileSync(join(folder, "large"), `C4nary${"x".repeat(1_100_000)}`);
  writeFileSync(facts, readFileSync(facts, "utf8").replace("env:REDIS", "file:large"));
  const { outcome, error } = await apply();
  expect([outcome, error]).toEqual(["failure", expect.stringMatching(/too long|too large/i)]);
});

test("references to Secrets of other namespaces are followed, and a set is imported, compared and rendered from a cluster", async () => {
  const other = await openNamespace();
  await other.kubectl(["create", "secret", "generic", "postgres", "--from-literal=password=C4nary of the operator"]);
  const facts = join(folder, "secrets.yaml");
  writeFileSync(facts, readFileSync(facts, "utf8").replace("env:SUPER", `kubernetes:${other.name}/postgres/password`));
  expect((await apply()).outcome).toBe("success");
  expect((await namespace.secret("orion-user-connection-strings"))?.["db-migration"]).toContain("C4nary%20of%20the%20operator");
  expect((await run("import --from cluster --out imported.yaml")).outcome).toBe("success");
  expect((await run("plan --from cluster --facts imported.yaml")).out).toBe("Nothing to do: keep 93.");
  expect((await run("render kubernetes --existing cluster --out set.yaml")).outcome).toBe("success");
  expect((await run("diff set.yaml cluster")).out).toBe("Equal in meaning.");
});
