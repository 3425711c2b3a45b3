import { parseJson } from "@praetor/wire";
import type { RawData } from "ws";

/** The text of a frame. */
export function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
}

/** The JSON object of a frame; undefined when it is none. */
export function readMessage(data: RawData): Record<string, unknown> | undefined {
  try {
    const value = parseJson(textOf(data));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
