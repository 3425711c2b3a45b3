import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomFillSync, timingSafeEqual } from "node:crypto";

const VERSION = 0x80;
const IV_FROM = 9;
const TEXT_FROM = 25;
const SIGNATURE_BYTES = 32;

/** A token that the key did not make, or that was altered since. */
export class InvalidToken extends Error {
  constructor() {
    super("The token was not made with this encryption key, or was altered.");
    this.name = "InvalidToken";
  }
}

/**
 * Symmetric encryption as the Fernet specification lays it down: AES-128-CBC, then HMAC-SHA256 over version, time,
 * initialisation vector and text. Databases that the original filled open with it.
 */
export class Fernet {
  readonly #signing: Buffer;
  readonly #encryption: Buffer;

  /** @throws TypeError for a key that is not 32 bytes of URL-safe base64 */
  constructor(key: string) {
    const bytes = Buffer.from(key, "base64url");
    if (bytes.length !== 32) throw new TypeError("An encryption key is 32 bytes of URL-safe base64.");
    this.#signing = bytes.subarray(0, 16);
    this.#encryption = bytes.subarray(16);
  }

  static generateKey(): string {
    return padded(randomBytes(32));
  }

  encrypt(text: string): string {
    const header = Buffer.alloc(TEXT_FROM);
    header[0] = VERSION;
    header.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
    randomFillSync(header, IV_FROM);
    const cipher = createCipheriv("aes-128-cbc", this.#encryption, header.subarray(IV_FROM));
    const signed = Buffer.concat([header, cipher.update(text, "utf8"), cipher.final()]);
    return padded(Buffer.concat([signed, this.#sign(signed)]));
  }

  /** @throws InvalidToken */
  decrypt(token: string): string {
    const bytes = Buffer.from(token, "base64url");
    const signed = bytes.subarray(0, -SIGNATURE_BYTES);
    if (bytes[0] !== VERSION || signed.length <= TEXT_FROM) throw new InvalidToken();
    if (!timingSafeEqual(this.#sign(signed), bytes.subarray(-SIGNATURE_BYTES))) throw new InvalidToken();
    const decipher = createDecipheriv("aes-128-cbc", this.#encryption, signed.subarray(IV_FROM, TEXT_FROM));
    return decipher.update(signed.subarray(TEXT_FROM), undefined, "utf8") + decipher.final("utf8");
  }

  #sign(bytes: Buffer): Buffer {
    return createHmac("sha256", this.#signing).update(bytes).digest();
  }
}

/** URL-safe base64 with its padding, which Python's decoder insists on. */
function padded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
