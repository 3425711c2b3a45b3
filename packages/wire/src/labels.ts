import { boolean, integer, JsonText, kept, map, number, string, union } from "./kit/index.ts";

/** Key-value labels of a flow, a run or a deployment; kept as they were sent. */
export type Labels = JsonText;
export const labels = () => kept(map(union([boolean(), integer(), number(), string()])));
export const noLabels = (): Labels => new JsonText("{}");
