import type { RequestContext } from "../../platform/http/index.ts";
import type { CreatedBy } from "@praetor/wire";
import type { Proposer } from "../states/index.ts";

/** Who proposes, as far as the request says. */
export function proposerOf({ client }: RequestContext): Proposer {
  return { api_version: client.apiVersion, client_version: client.version };
}

/** The automation on whose behalf the server's own actions make runs; its name travels as base64. */
export function creatorOf(context: RequestContext): CreatedBy | null {
  const id = context.header("prefect-automation-id");
  if (id === undefined) return null;
  const name = context.header("prefect-automation-name");
  return { id, type: "AUTOMATION", display_value: name === undefined ? null : Buffer.from(name, "base64").toString("utf8") };
}
