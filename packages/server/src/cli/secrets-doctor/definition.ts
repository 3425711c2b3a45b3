import type { Definition } from "../definition.ts";
import { failOnOption } from "../secrets/fail-on.ts";
import { fromOptions } from "../secrets/options.ts";

export const doctorDefinition: Definition = {
  words: "secrets doctor",
  operand: {
    form: "[set...]",
    description:
      "Manifests, dotenv files, folders of them or of mounted Secrets; `-` is standard input. Without any, what follows from the facts.",
  },
  summary: "try every Secret where it leads",
  description:
    "Logs in by every key with the drivers of the services, all at the same time and in less than 15 seconds, and looks at what it finds there: names, ports, certificates, roles and their rights, replicas and their lag, versions, flags, connections, clocks; Redis, mail and sign-on where --endpoints says where they are. Says what, where, why and how to mend it, and never a value. Exits with 0 when all is well, 2 when something is to be mended, 1 when it cannot tell.",
  settings: [],
  flags: [
    { option: "--facts <file>", description: "The facts; `secrets.yaml` unless given." },
    { option: "--contract <name>", description: "`seed` or `praetor`; unless given, the one that the set is nearest to." },
    {
      option: "--endpoints <file>",
      description: "YAML that says where redis, mail and authProvider are, by the names of the chart's values.",
    },
    ...fromOptions,
    {
      option: "--in-cluster",
      description: "Run it as a Job in the namespace, where the services run, and remove it afterwards.",
    },
    { option: "--image <name>", description: "For --in-cluster: the image of Praetor, as the cluster pulls it." },
    { option: "--image-pull-secret <name>", description: "For --in-cluster: the Secret with which it pulls, if it needs one." },
    failOnOption,
    { option: "--junit <file>", description: "Write a JUnit report, too." },
    { option: "--json", description: "Print JSON." },
  ],
  examples: [
    { line: "praetor secrets doctor", does: "what follows from secrets.yaml" },
    { line: "praetor secrets doctor --from cluster --namespace prefect", does: "what a cluster has, from here" },
    { line: "praetor secrets doctor --in-cluster --image praetor:0.1.0 --namespace prefect", does: "and from inside it" },
    { line: "praetor secrets doctor ./manifests --endpoints values.yaml --json", does: "with Redis, mail and sign-on" },
  ],
  load: () => import("./run.ts"),
};
