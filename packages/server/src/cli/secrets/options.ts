/** The options of every command that reaches a cluster. */
export const clusterOptions = [
  { option: "--namespace <name>", description: "The namespace in a cluster; unless given, the one of kubectl's configuration." },
  { option: "--context <name>", description: "The context of kubectl's configuration; unless given, the current one." },
  { option: "--kubeconfig <file>", description: "The configuration of kubectl, if it is not in its usual place." },
];

/** The options of every command that reads a set. */
export const fromOptions = [
  {
    option: "--from <place>",
    description: "Read the set from `cluster`, or from a path of a store, `vault:PATH` or `openbao:PATH`, instead of files.",
  },
  ...clusterOptions,
];
