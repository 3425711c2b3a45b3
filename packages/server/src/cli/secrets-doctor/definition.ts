import type { Definition } from "../definition.ts";

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
    { option: "--junit <file>", description: "Write a JUnit report, too." },
    { option: "--json", description: "Print JSON." },
  ],
  examples: [
    { line: "praetor secrets doctor", does: "what follows from secrets.yaml" },
    { line: "kubectl get secrets -n prefect -o yaml | praetor secrets doctor -", does: "what a cluster has" },
    { line: "praetor secrets doctor ./manifests --endpoints values.yaml --json", does: "with Redis, mail and sign-on" },
  ],
  load: () => import("./run.ts"),
};
