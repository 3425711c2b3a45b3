import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { preparedPassword, Secret } from "@praetor/secrets";

/** PostgreSQL's own default (`scram_iterations`). */
const iterations = 4096;

/**
 * What a server stores for a password (RFC 5802, SCRAM-SHA-256). Made here, the password itself is never sent, so that no
 * statement log and no view of statements can hold it.
 */
export function makeVerifier(password: Secret, salt: Uint8Array = randomBytes(16)): Secret {
  const { stored, server } = keysOf(password, salt, iterations);
  return Secret.of(`SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(stored)}:${base64(server)}`);
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Whether a stored verifier (SCRAM, or the older MD5) is that of the password; undefined when its kind is unknown. */
export function verifierMatches(verifier: Secret, user: string, password: Secret): boolean | undefined {
  const text = verifier.reveal();
  const scram = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text);
  if (scram !== null) {
    const [, rounds = "", salt = "", stored = ""] = scram;
    return equal(keysOf(password, Buffer.from(salt, "base64"), Number(rounds)).stored, Buffer.from(stored, "base64"));
  }
  if (!text.startsWith("md5")) return undefined;
  const digest = createHash("md5").update(`${password.reveal()}${user}`).digest("hex");
  return equal(Buffer.from(`md5${digest}`), Buffer.from(text));
}

function keysOf(password: Secret, salt: Uint8Array, rounds: number): { readonly stored: Buffer; readonly server: Buffer } {
  const salted = pbkdf2Sync(preparedPassword(password.reveal()), salt, rounds, 32, "sha256");
  const key = (label: string) => createHmac("sha256", salted).update(label).digest();
  return { stored: createHash("sha256").update(key("Client Key")).digest(), server: key("Server Key") };
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
