import { settingsAsJson, showSettings } from "../../platform/config/index.ts";
import type { Run } from "../definition.ts";
import { settingsFor } from "../settings.ts";

/** `praetor config show` */
export const run: Run = async (terminal, given) => {
  const { effective, warnings } = settingsFor(terminal, given);
  terminal.out(given.flags.has("--json") ? settingsAsJson(effective) : showSettings(effective));
  for (const warning of warnings) terminal.error(warning);
  return "success";
};
