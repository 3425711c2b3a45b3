import type { JsonText } from "@praetor/wire";
import { RequestInvalid } from "../../platform/http/index.ts";

const grouped = (count: number) => count.toLocaleString("en-US");

/**
 * Refuses parameters that weigh more than `maximum` bytes of JSON; 0 allows any.
 * @throws RequestInvalid, as any other fault of the body
 */
export function checkParameters(parameters: JsonText, maximum: number): void {
  const bytes = Buffer.byteLength(parameters.text);
  if (maximum === 0 || bytes <= maximum) return;
  const msg = `Value error, Flow run parameters must be less than ${grouped(maximum)} bytes when serialized (got ${grouped(bytes)} bytes).`;
  throw new RequestInvalid(
    [{ type: "value_error", loc: ["body", "parameters"], msg, input: null, ctx: { error: {} } }],
    undefined,
  );
}
