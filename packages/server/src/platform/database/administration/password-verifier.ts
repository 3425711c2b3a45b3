import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { Secret } from "@praetor/secrets";

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
  const salted = pbkdf2Sync(prepared(password.reveal()), salt, rounds, 32, "sha256");
  const key = (label: string) => createHmac("sha256", salted).update(label).digest();
  return { stored: createHash("sha256").update(key("Client Key")).digest(), server: key("Server Key") };
}

const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu;
// oxlint-disable-next-line no-misleading-character-class -- the list is that of RFC 3454, table B.1
const mappedToNothing = /[\u00AD\u034F\u1806\u180B-\u180D\u200C\u200D\u2060\uFE00-\uFE0F\uFEFF]/gu;

/** SASLprep (RFC 4013) as far as the server and its clients insist on it; what it forbids they take as it is, and so do we. */
function prepared(password: string): string {
  return password.replace(spaces, " ").replace(mappedToNothing, "").normalize("NFKC");
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
