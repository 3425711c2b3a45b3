import type { Run } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { settingsFor } from "../settings.ts";
import { type ApiAccess, apiAccess, askApi } from "./api.ts";
import { readExplanation } from "./explanation.ts";
import { printed } from "./print.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a run, from itself or from any address that ends with it. */
export function runIdOf(text: string): string {
  const [last = ""] = text.split(/[?#]/, 1)[0]?.split("/").filter(Boolean).slice(-1) ?? [];
  if (!UUID.test(last)) throw new CommandError(`'${text}' is neither the id nor the address of a flow run.`, undefined, "usage");
  return last.toLowerCase();
}

/** `praetor why` */
export const run: Run = async (terminal, given) => {
  const id = runIdOf(given.operands[0] ?? "");
  const { settings } = settingsFor(terminal, given);
  const access: ApiAccess = apiAccess(terminal.environment, settings, given.options["--api-url"]);
  const { status, text } = await askApi(access, `/flow_runs/${id}/why`);
  if (status === 404) throw new CommandError(`There is no flow run ${id} at ${access.url}.`, "Check the id, and --api-url.");
  if (status !== 200) throw new CommandError(`${access.url} answered ${status}.`, "Is it a Praetor of this version?");
  const explanation = readExplanation(text);
  if (explanation === undefined) throw new CommandError(`${access.url} answered something else than why.`);
  terminal.out(given.flags.has("--json") ? JSON.stringify(JSON.parse(text), undefined, 2) : printed(explanation));
  return "success";
};
