import { apiError } from "../errors.ts";

const MINIMUM = [0, 8, 0] as const;
/** What clients call the API's version; it moves with the protocol, not with our releases. */
export const API_VERSION = "0.8.4";
/** The release of the original whose protocol this server speaks; clients compare its major number with theirs. */
export const PROTOCOL_RELEASE = "3.8.3";

const CLIENT = /^prefect\/(\d+\.\d+\.\d+(?:[a-z.+0-9]+)?) \(API \S+\)$/;

/** The Python client's release, from its `User-Agent`; null for any other caller. */
export function clientVersion(userAgent: string | undefined): string | null {
  return userAgent === undefined ? null : (CLIENT.exec(userAgent)?.[1] ?? null);
}

/**
 * Accepts `X-PREFECT-API-VERSION` from 0.8.0 on, and its absence.
 * @throws ApiError `api_version_malformed`, `api_version_too_old`
 */
export function checkApiVersion(version: string | undefined): void {
  if (version === undefined || version === API_VERSION) return;
  const parts = version.split(".");
  if (parts.length !== 3 || !parts.every((part) => /^\s*[+-]?\d+\s*$/.test(part))) {
    throw apiError(
      "api_version_malformed",
      `Invalid X-PREFECT-API-VERSION header format.Expected header in format 'x.y.z' but received ${version}`,
    );
  }
  if (isBelow(parts.map(Number), MINIMUM)) {
    throw apiError(
      "api_version_too_old",
      `The request specified API version ${version} but this server requires version ${MINIMUM.join(".")} or higher.`,
    );
  }
}

function isBelow(version: readonly number[], minimum: readonly number[]): boolean {
  for (const [index, least] of minimum.entries()) {
    const part = version[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
