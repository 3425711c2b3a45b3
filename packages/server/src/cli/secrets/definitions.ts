import type { Definition } from "../definition.ts";
import { failOnOption } from "./fail-on.ts";
import { clusterOptions, factOptions, fromOptions } from "./options.ts";

const json = { option: "--json", description: "Print JSON." };
const contract = {
  option: "--contract <name>",
  description: "`seed` or `praetor`; unless given, the one that the set is nearest to.",
};
const facts = { option: "--facts <file>", description: "The facts; `secrets.yaml` unless given." };
const sets =
  "Manifests, dotenv files, folders of them or of mounted Secrets; `-` is standard input, `cluster` and `vault:PATH` are what they say.";

/** The commands about Secrets that change nothing but files. None of them needs a server, nor a network unless told to. */
export const secretsDefinitions: readonly Definition[] = [
  {
    words: "secrets init",
    summary: "write down the facts from which all Secrets follow",
    description:
      "Writes a commented secrets.yaml, which holds no secret but says where each is. Asks on a terminal for what the options do not say; a database host and the superuser's password are enough.",
    settings: [],
    flags: [
      ...factOptions,
      { option: "--from <file>", description: "Take the facts from a file of the same form, and comment them." },
      { option: "--out <file>", description: "Where to write; `secrets.yaml` unless given." },
      { option: "--force", description: "Replace the file if it is there." },
    ],
    examples: [
      { line: "praetor secrets init", does: "asks" },
      { line: "praetor secrets init --database-host db.internal --super-password env:PGPASSWORD", does: "two facts are enough" },
    ],
    load: () => import("../secrets-init/run.ts"),
  },
  {
    words: "secrets plan",
    operand: { form: "[existing...]", description: `What exists. ${sets}` },
    summary: "show what would have to change",
    description:
      "Compares what the facts say with what exists: for each key create, keep, repair, rotate or orphan, and why. Shows lengths and fingerprints, never a value. Exits with 0 when nothing is to be done, 2 when something is, 1 on an error.",
    settings: [],
    flags: [facts, ...fromOptions, { option: "--all", description: "Show the keys that are right, too." }, json],
    examples: [
      { line: "praetor secrets plan --from cluster --namespace prefect", does: "against a cluster" },
      { line: "praetor secrets plan ./manifests --json", does: "against a folder, for a program" },
    ],
    load: () => import("../secrets-plan/run.ts"),
  },
  {
    words: "secrets render",
    operand: { form: "<form>", description: "kubernetes, secret-provider-class, external-secret, sealed, sops, env or values." },
    summary: "write the Secrets, or what delivers them",
    description:
      "Writes everything that follows from the facts. What holds secrets goes to a file of mode 0600, or, asked for by name, to standard output. A password that is to be generated is kept when the file, or what --existing names, has it already.",
    settings: [],
    flags: [
      facts,
      {
        option: "--existing <place>",
        description: "What exists, so that generated passwords are kept: a file, `cluster` or `vault:PATH`.",
      },
      { option: "--out <file>", description: "Where to write." },
      { option: "--unsafe-stdout", description: "Print secrets to standard output." },
      { option: "--namespace <name>", description: "The namespace of the objects; sealed needs it." },
      ...clusterOptions.slice(1),
      { option: "--provider <name>", description: "For secret-provider-class: aws, azure, gcp or vault." },
      {
        option: "--parameters <list>",
        description:
          "What the provider needs, `name=value,...`: region; keyvaultName, tenantId; project; vaultAddress, roleName.",
      },
      { option: "--prefix <text>", description: "What names in a store begin with; `prefect` unless given." },
      { option: "--store <name>", description: "For external-secret: the store that it reads." },
      { option: "--property <name>", description: "For external-secret: the field of a secret in the store; `value` for Vault." },
      { option: "--store-kind <kind>", description: "SecretStore unless given, or ClusterSecretStore." },
      { option: "--certificate <file>", description: "For sealed: what `kubeseal --fetch-cert` prints." },
      { option: "--recipient <key>", description: "For sops: an age public key." },
    ],
    examples: [
      { line: "praetor secrets render kubernetes --out secrets-manifests.yaml", does: "Secret manifests" },
      { line: "praetor secrets render env --unsafe-stdout", does: "NAME=value lines" },
      {
        line: "praetor secrets render secret-provider-class --provider aws --parameters region=eu-west-1",
        does: "for the CSI driver",
      },
      { line: "praetor secrets render external-secret --store vault", does: "for External Secrets" },
      { line: "praetor secrets render sops --recipient age1... --out secrets.enc.yaml", does: "encrypted, for a repository" },
    ],
    load: () => import("../secrets-render/run.ts"),
  },
  {
    words: "secrets check",
    operand: { form: "[set...]", description: sets },
    summary: "find what is wrong with a set of Secrets",
    description:
      "Says of every fault which key it is in, where, what it does and how to mend it; never shows a value, connects to nothing. Exits with 0 when the set is clean, 2 when it is not, 1 when it cannot tell.",
    settings: [],
    flags: [
      contract,
      ...fromOptions,
      { option: "--facts <file>", description: "Judge by these facts rather than by the majority of the keys." },
      failOnOption,
      json,
    ],
    examples: [
      { line: "praetor secrets check ./manifests", does: "before they are applied" },
      { line: "praetor secrets check --from cluster --namespace prefect", does: "in a cluster" },
      { line: "praetor secrets check set.yaml --contract seed --json", does: "in CI" },
    ],
    load: () => import("../secrets-check/run.ts"),
  },
  {
    words: "secrets import",
    operand: { form: "[set...]", description: sets },
    summary: "find the facts of an installation that exists",
    description:
      "Reads a set in any state of disrepair, of Praetor or of the original product, and proposes facts and repairs. The facts refer to the secrets where they are now.",
    settings: [],
    flags: [
      contract,
      ...fromOptions,
      { option: "--out <file>", description: "Where to write the facts; standard output unless given." },
      json,
    ],
    examples: [
      { line: "praetor secrets import --from cluster --namespace prefect --out secrets.yaml", does: "from a cluster" },
      { line: "praetor secrets import values.yaml", does: "from the values of a chart" },
    ],
    load: () => import("../secrets-import/run.ts"),
  },
  {
    words: "secrets diff",
    operand: { form: "[sets...]", description: `Two sets. ${sets}` },
    summary: "compare two sets by meaning",
    description:
      "Says which keys differ and in what: driver, user, password, host, database. The same connection string spelled in two ways is equal; no value is shown. Exits with 2 when they differ.",
    settings: [],
    flags: [...fromOptions, json],
    examples: [
      { line: "praetor secrets diff before.yaml after.yaml", does: "what has changed" },
      { line: "praetor secrets diff vault:secret/prefect cluster --namespace prefect", does: "what the cluster lacks" },
    ],
    load: () => import("../secrets-diff/run.ts"),
  },
  {
    words: "secrets status",
    operand: { form: "[set...]", description: sets },
    summary: "show how old the Secrets are, and who reads them",
    description:
      "Shows the age of each Secret, when it is due to be rotated and who reads it, from the annotations that render and apply leave; in a cluster also the workloads that really do.",
    settings: [],
    flags: [
      contract,
      ...fromOptions,
      { option: "--rotate-after <days>", description: "When a Secret is due that does not say, such as `90d`." },
      { option: "--keys", description: "Show each key with who reads it." },
      json,
      { option: "--prometheus", description: "Print metrics." },
    ],
    examples: [
      { line: "praetor secrets status --from cluster --namespace prefect", does: "of a cluster" },
      { line: "praetor secrets status --from cluster --keys", does: "key by key" },
    ],
    load: () => import("../secrets-status/run.ts"),
  },
  {
    words: "secrets explain",
    operand: { form: "<key>", description: "A key, or Secret/key." },
    summary: "say what a key is for",
    description: "Says what a key is for, who reads it, what breaks when it is wrong and how that looks, with an example.",
    settings: [],
    flags: [{ option: "--contract <name>", description: "`praetor` unless given, or `seed`." }, ...fromOptions, json],
    examples: [
      { line: "praetor secrets explain partman", does: "one key" },
      { line: "praetor secrets explain partman --from cluster", does: "and how it is in a cluster" },
      { line: "praetor secrets explain orion-user-connection-strings/scheduler", does: "of one Secret" },
    ],
    load: () => import("../secrets-explain/run.ts"),
  },
];
