import { expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { openCluster } from "./cluster.ts";
import { explainKubectl } from "./kubectl-errors.ts";

test.each<[printed: string, code: string, message: string]>([
  [
    'Error from server (Forbidden): secrets "redis-passwords" is forbidden: User "ada" cannot get resource "secrets" in API group "" in the namespace "prod"',
    "cluster_forbidden",
    'secrets "redis-passwords" is forbidden: User "ada" cannot get resource "secrets" in API group "" in the namespace "prod".',
  ],
  [
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
    "cluster_unreachable",
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
  ],
  ['error: context "none" does not exist', "cluster_unconfigured", 'context "none" does not exist.'],
  [
    "error: You must be logged in to the server (Unauthorized)",
    "cluster_login_refused",
    "The cluster does not accept the login of this kubeconfig.",
  ],
  ['Error from server (NotFound): namespaces "none" not found', "namespace_missing", "The cluster has no namespace none."],
  [
    "Warning: deprecated\nerror: timed out waiting for the condition",
    "rollout_unfinished",
    "timed out waiting for the condition.",
  ],
  ["", "cluster_refused", "kubectl failed without a word."],
])("%j is %s", (printed, code, message) => {
  const error = explainKubectl(printed);
  expect([error.code, error.message]).toEqual([code, message]);
  expect(error.remedy).toMatch(/\.$/);
});

test("a conflict names every owner and field", () => {
  const one = explainKubectl(
    'error: Apply failed with 1 conflict: conflict with "helm" using v1: .data.work\nPlease review the fields above--they currently have other managers.',
  );
  expect(one.conflicts).toEqual([{ owner: "helm", field: ".data.work" }]);
  const more = explainKubectl(
    'error: Apply failed with 3 conflicts: conflicts with "argocd-controller" using v1:\n- .data.work\n- .data.cache\nconflicts with "kubectl-edit" using v1:\n- .data.events\nPlease review the fields above',
  );
  expect(more.message).toBe("argocd-controller holds data.work, data.cache; kubectl-edit holds data.events.");
  expect([more.code, more.remedy]).toEqual(["field_conflict", expect.stringContaining("--force-conflicts")]);
});

const secret = Secret.of('C4nary "pa$$" w@rd');
test.each([
  secret.reveal(),
  Buffer.from(secret.reveal()).toString("base64"),
  JSON.stringify({ stringData: { work: secret.reveal() } }),
  `invalid value postgresql://prefect:C4nary%20p@db:5432/x`,
  `unknown token ${Buffer.from(`x${secret.reveal()}y more of it 1`).toString("base64")}`,
])("what was sent does not come back: %#", (printed) => {
  const { message } = explainKubectl(`The Secret "x" is invalid: ${printed}`, [secret]);
  expect(message).toContain('The Secret "x" is invalid');
  expect(message).not.toMatch(/C4nary|QzRuYXJ5|NG5hcn|RuYXJ5/);
});

test("names of objects and fields are not taken for secrets", () => {
  expect(explainKubectl('secrets "orion-replica-user-connection-strings" not found').message).toContain(
    "orion-replica-user-connection-strings",
  );
});

test("without kubectl it says so, and what to do", async () => {
  await expect(openCluster({}, { PATH: "/nowhere" })).rejects.toMatchObject({
    code: "kubectl_missing",
    message: "kubectl is not installed, or not on the PATH.",
    remedy: expect.stringContaining("Install it"),
  });
});
