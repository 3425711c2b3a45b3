import type { Definition } from "../definition.ts";
import { clusterOptions } from "../secrets/options.ts";

export const rotateDefinition: Definition = {
  words: "secrets rotate",
  operand: {
    form: "[name]",
    description:
      "serviceUser, superUser, or a key: a role of Redis (`work`), keys of the platform (`token-signing`), what others gave out (`okta-client-secret`).",
  },
  summary: "replace a secret while everything runs",
  description:
    "Makes the new secret work beside the old one, gives it to those who need it, waits until nobody uses the old one, and then ends that. No request fails on the way. It can be stopped at any time: the same command goes on where it was, and --abort returns to the old secret. Where nobody restarts the services for it, it waits until they have read the set again, and watches who is logged in.",
  settings: [],
  flags: [
    {
      option: "--existing <place>",
      description:
        "The set: a file or folder, whose values are replaced where they are, or `cluster`, whose workloads are rolled.",
    },
    ...clusterOptions,
    { option: "--force-conflicts", description: "In a cluster, take over keys that others hold." },
    { option: "--all", description: "Rotate one after the other everything whose new value can be made here." },
    { option: "--overdue <days>", description: "Of these only what is that old, such as `90d`." },
    { option: "--abort", description: "Return to the old secret, however far it has come." },
    { option: "--dry-run", description: "Say what would be done, and do nothing." },
    {
      option: "--new <reference>",
      description: "Where the new secret is, such as `env:NEW`; unless given, what the facts name, or a generated one.",
    },
    { option: "--facts <file>", description: "The facts; `secrets.yaml`, if there is one." },
    { option: "--contract <name>", description: "`seed` or `praetor`; unless given, the one that the set is nearest to." },
    {
      option: "--endpoints <file>",
      description: "YAML that says where redis, mail and authProvider are, by the names of the chart's values.",
    },
    { option: "--redis-admin-user <name>", description: "Who changes users of Redis, if the services' own user may not." },
    { option: "--redis-admin-password <reference>", description: "Where that one's password is." },
    { option: "--timeout <duration>", description: "How long to wait for those who use the old secret; `15m` unless given." },
    { option: "--settle <duration>", description: "How long nobody may have been seen with the old secret; `10s` unless given." },
    {
      option: "--rereads <duration>",
      description: "Whoever reads the set reads it again by itself, at the latest after this time.",
    },
    { option: "--restarted", description: "All who read the set were restarted, as the last run asked for." },
    { option: "--keep-old <days>", description: "How long old keys of a list still read what they made; `30d` unless given." },
    { option: "--json", description: "Print JSON." },
  ],
  examples: [
    { line: "praetor secrets rotate serviceUser --existing cluster --namespace prefect", does: "the password of the daily work" },
    { line: "praetor secrets rotate serviceUser --existing set.yaml", does: "where people restart the services" },
    { line: "praetor secrets rotate serviceUser --existing set.yaml --abort", does: "back to the old one" },
    { line: "praetor secrets rotate work --existing set.yaml --endpoints values.yaml", does: "the password of a Redis" },
    { line: "praetor secrets rotate okta-client-secret --existing set.yaml --new env:NEXT", does: "what Okta gave out" },
    { line: "praetor secrets rotate --all --overdue 90d --existing set.yaml --dry-run", does: "what is due" },
  ],
  load: () => import("./run.ts"),
};
