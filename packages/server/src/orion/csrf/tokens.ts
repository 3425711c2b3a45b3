import { createHmac, timingSafeEqual } from "node:crypto";
import { addSeconds, type CsrfToken, fromMicroseconds, microseconds, type Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { csrfKey } from "./key.ts";

type Deps = Pick<Dependencies, "clock" | "databases" | "ids" | "settings">;

const TOKEN = /^[0-9a-f]{64}$/;
const EXPIRATION_DIGITS = 8;

/**
 * Tokens that prove a client asked this installation itself. A token says until when it is good (the first 8 of its 64
 * hexadecimal digits, seconds since 1970) and is signed together with its client, so that nothing needs to be stored for
 * each client or read for each mutation.
 */
export class CsrfTokens {
  readonly #deps: Deps;
  #key: Promise<Buffer> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A token for a client; those it got before stay good until they expire. */
  async issue(client: string): Promise<CsrfToken> {
    const { clock, ids, settings } = this.#deps;
    const now = clock.now();
    const seconds = wholeSeconds(addSeconds(now, settings.api.csrfTokenExpiration));
    const expiration = fromMicroseconds(seconds * 1e6);
    const token = sign(await this.#signingKey(), client, seconds);
    return { id: ids.random(), created: now, updated: now, token, client, expiration };
  }

  /** Whether the token was issued to this client and is still good. */
  async verify(token: string, client: string): Promise<boolean> {
    if (!TOKEN.test(token)) return false;
    const seconds = Number.parseInt(token.slice(0, EXPIRATION_DIGITS), 16);
    if (seconds <= wholeSeconds(this.#deps.clock.now())) return false;
    const expected = sign(await this.#signingKey(), client, seconds);
    return timingSafeEqual(Buffer.from(token), Buffer.from(expected));
  }

  #signingKey(): Promise<Buffer> {
    this.#key ??= csrfKey(this.#deps.databases.orion).catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }
}

const wholeSeconds = (timestamp: Timestamp): number => Math.floor(microseconds(timestamp) / 1e6);

function sign(key: Buffer, client: string, expiration: number): string {
  const digits = expiration.toString(16).padStart(EXPIRATION_DIGITS, "0");
  const signature = createHmac("sha256", key).update(`${digits}\n${client}`).digest("hex");
  return digits + signature.slice(EXPIRATION_DIGITS);
}
