import { services } from "@praetor/topology";
import type { Run } from "../definition.ts";
import { table } from "../table.ts";

/** `praetor service list` */
export const run: Run = async (terminal, given) => {
  if (given.flags.has("--json")) {
    terminal.out(JSON.stringify(services, undefined, 2));
    return "success";
  }
  const lines = services.map(({ name, kind, scaling, workers, does }) => [name, kind, scaling, workers?.join(" ") ?? "-", does]);
  terminal.out(table(["SERVICE", "KIND", "RUNS AS", "WORKERS HERE", "WHAT IT DOES"], lines));
  return "success";
};
