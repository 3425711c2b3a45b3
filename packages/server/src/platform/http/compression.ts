import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

const compress = promisify(gzip);

/** Below this a packet or two carry the answer anyway, and compressing costs more than it saves. */
const MINIMUM_BYTES = 4096;

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Gzips a large answer for a caller across a network. Callers on this machine get it plain: a 400 KB page costs
 * about 5 ms to compress at either end and nothing to copy.
 */
export async function compressed(
  body: string | Uint8Array,
  acceptEncoding: string | undefined,
  address: string,
): Promise<Buffer | undefined> {
  if (body.length < MINIMUM_BYTES || LOOPBACK.test(address) || !/\bgzip\b/.test(acceptEncoding ?? "")) return undefined;
  return compress(body, { level: constants.Z_BEST_SPEED });
}
