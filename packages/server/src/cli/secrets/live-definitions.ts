import type { Definition } from "../definition.ts";
import { clusterOptions, factOptions } from "./options.ts";

const json = { option: "--json", description: "Print JSON." };
const facts = { option: "--facts <file>", description: "The facts; `secrets.yaml` unless given." };

/** The commands about Secrets that change what is outside: a cluster, a store. */
export const liveDefinitions: readonly Definition[] = [
  {
    words: "secrets up",
    summary: "from two facts to an installation that is well",
    description:
      "Everything in one go: writes the facts, derives and generates all Secrets, puts them into a file or a cluster, makes and migrates the databases with the keys that the jobs will have, makes Redis ask for the passwords that the facts generate, and lets the doctor try every key. What exists is kept, so that it can be run again at any time. Exits as the doctor does: 0 when all is well, 2 when something is to be mended, 1 when it could not be done.",
    settings: [],
    flags: [
      ...factOptions,
      { option: "--facts <file>", description: "Where the facts are, or are written to; `secrets.yaml` unless given." },
      { option: "--to <place>", description: "Where the Secrets go: a file, `set.yaml` unless given, or `cluster`." },
      { option: "--redis-host <host>", description: "The host of Redis; unless given, one beside PostgreSQL is looked for." },
      { option: "--redis-port <port>", description: "Its port; 6379 unless given." },
      { option: "--endpoints <file>", description: "YAML that says where redis, mail and authProvider are." },
      { option: "--set-password", description: "Give the service role its password even if it has another one." },
      ...clusterOptions,
      json,
    ],
    examples: [
      { line: "praetor secrets up --database-host db.internal --super-password env:PGPASSWORD", does: "two facts are enough" },
      { line: "praetor secrets up --to cluster --namespace prefect", does: "with the facts of secrets.yaml, into a cluster" },
    ],
    load: () => import("../secrets-up/run.ts"),
  },
  {
    words: "secrets apply",
    summary: "make the Secrets of a cluster what the facts say",
    description:
      "Applies the Secrets server-side, as the field owner `praetor-secrets`, by kubectl. Makes what is missing, mends what is wrong, keeps what is right and what was generated; run again, it changes nothing. What somebody else holds, Argo CD, Flux, Helm, External Secrets or a person, is refused before anything is written. Exits with 0 when all is as the facts say, 1 when it is not.",
    settings: [],
    flags: [
      facts,
      ...clusterOptions,
      { option: "--dry-run", description: "Let the API server try it, and change nothing." },
      { option: "--force-conflicts", description: "Take over what others hold." },
      json,
    ],
    examples: [
      { line: "praetor secrets apply --namespace prefect --dry-run", does: "what would be done" },
      { line: "praetor secrets apply --namespace prefect", does: "do it" },
      { line: "praetor secrets apply --context prod --namespace prefect --json", does: "in another cluster, for a program" },
    ],
    load: () => import("../secrets-apply/run.ts"),
  },
  {
    words: "secrets push",
    operand: { form: "<path>", description: "A path of a key-value engine: `vault:secret/prefect` or `openbao:secret/prefect`." },
    summary: "write into a store what the cluster takes from it",
    description:
      "Writes the values into HashiCorp Vault or OpenBao that `render secret-provider-class --provider vault` expects there, a secret for each Secret with a field for each key; or, with --for external-secret, the few passwords that its templates build everything from. Keeps what was generated and what else is there; run again, it writes nothing. The store is reached by the variables of its own command line, VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE, VAULT_CACERT, or those with BAO_.",
    settings: [],
    flags: [
      facts,
      {
        option: "--for <form>",
        description: "For whom: `secret-provider-class` unless given, or `external-secret`.",
      },
      {
        option: "--existing <place>",
        description: "Keep what was generated there, not in the store: a file, `cluster` or `vault:PATH`.",
      },
      { option: "--prefix <text>", description: "For external-secret: what the names begin with; `prefect` unless given." },
      {
        option: "--property <name>",
        description: "For external-secret: the field that holds each password; `value` unless given.",
      },
      ...clusterOptions,
      json,
    ],
    examples: [
      { line: "praetor secrets push vault:secret/prefect", does: "for the CSI driver" },
      { line: "praetor secrets push openbao:secret/prefect --existing cluster", does: "what a cluster has now" },
      { line: "praetor secrets push vault:secret --for external-secret", does: "for External Secrets" },
    ],
    load: () => import("../secrets-push/run.ts"),
  },
];
