import { API_VERSION, PROTOCOL_RELEASE } from "../../platform/http/negotiation.ts";
import { VERSION } from "../../platform/version.ts";
import type { Run } from "../definition.ts";

/** `praetor version` */
export const run: Run = async (terminal) => {
  const lines = [
    ["praetor", VERSION],
    ["protocol", `Prefect ${PROTOCOL_RELEASE} (API ${API_VERSION})`],
    ["node", process.versions.node],
    ["platform", `${process.platform} ${process.arch}`],
  ] as const;
  for (const [name, value] of lines) terminal.out(`${name.padEnd(9)} ${value}`);
  return "success";
};
