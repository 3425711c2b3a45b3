import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { SecretSet } from "../set/secret-set.ts";
import { type ManifestOptions, manifestText, metadataOf } from "./manifest.ts";
import { revealed } from "./plain.ts";

/** Why a recipient cannot be encrypted to. */
export class RecipientError extends Error {
  readonly code = "recipient_invalid";
}

export interface SopsOptions extends ManifestOptions {
  /** The public key that may open it, `age1...`. */
  readonly recipient: string;
  readonly now: Date;
}

const VERSION = "3.9.4";

/**
 * Secret manifests with their values encrypted in the form of SOPS, which `sops --decrypt` and GitOps controllers read. The text
 * holds no secret in the clear.
 *
 * @throws RecipientError
 */
export async function renderSops(set: SecretSet, options: SopsOptions): Promise<string> {
  const dataKey = randomBytes(32);
  const objects = [...set.objects.values()].map((object) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(object.name, options),
    type: "Opaque",
    stringData: revealed(object),
  }));
  const lastModified = options.now.toISOString().replace(/\.\d+Z$/, "Z");
  const mac = encrypt(digest(objects), dataKey, lastModified);
  const enc = await armored(dataKey, options.recipient);
  const sops = {
    age: [{ recipient: options.recipient, enc }],
    lastmodified: lastModified,
    mac,
    encrypted_regex: "^(data|stringData)$",
    version: VERSION,
  };
  const sealed = objects.map((object) => ({
    ...object,
    stringData: Object.fromEntries(
      Object.entries(object.stringData).map(([key, value]) => [key, encrypt(value, dataKey, `stringData:${key}:`)]),
    ),
    sops,
  }));
  return manifestText(sealed);
}

/** SOPS authenticates all values of all documents in their order, whether encrypted or not. */
function digest(objects: readonly object[]): string {
  const hash = createHash("sha512");
  const walk = (value: unknown): void => {
    if (typeof value === "object" && value !== null) for (const each of Object.values(value)) walk(each);
    else hash.update(String(value));
  };
  for (const object of objects) walk(object);
  return hash.digest("hex").toUpperCase();
}

/** The empty text stays empty: SOPS has no ciphertext for it. */
function encrypt(text: string, key: Buffer, additional: string): string {
  if (text === "") return "";
  const nonce = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(additional));
  const data = Buffer.concat([cipher.update(text), cipher.final()]);
  const [iv, tag] = [nonce, cipher.getAuthTag()].map((bytes) => bytes.toString("base64"));
  return `ENC[AES256_GCM,data:${data.toString("base64")},iv:${iv},tag:${tag},type:str]`;
}

async function armored(dataKey: Buffer, recipient: string): Promise<string> {
  // Loaded here: only this form of output needs it.
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new RecipientError("The recipient is no age public key; `age-keygen` prints one, age1...");
  }
  return armor.encode(await encrypter.encrypt(dataKey));
}
