import {
  constants,
  createCipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import type { SecretSet } from "../set/secret-set.ts";
import { type ManifestOptions, manifestText, metadataOf } from "./manifest.ts";

/** Why a certificate cannot seal. */
export class SealError extends Error {
  readonly code = "certificate_invalid";
}

/**
 * `SealedSecret` objects that only the controller of one cluster opens, each bound to its name and namespace. The text holds no
 * secret in the clear.
 *
 * @param certificate what `kubeseal --fetch-cert` prints, or a public RSA key, in PEM.
 * @throws SealError
 */
export function renderSealed(
  set: SecretSet,
  certificate: string,
  options: ManifestOptions & { readonly namespace: string },
): string {
  const key = publicKeyOf(certificate);
  const objects = [...set.objects.values()].map(({ name, entries }) => {
    const label = Buffer.from(`${options.namespace}/${name}`);
    const sealed = [...entries.values()].map(
      ({ key: entry, value }) => [entry, seal(Buffer.from(value.reveal()), key, label)] as const,
    );
    return {
      apiVersion: "bitnami.com/v1alpha1",
      kind: "SealedSecret",
      metadata: metadataOf(name, options),
      spec: { encryptedData: Object.fromEntries(sealed), template: { metadata: metadataOf(name, options), type: "Opaque" } },
    };
  });
  return manifestText(objects);
}

function publicKeyOf(pem: string): KeyObject {
  try {
    const key = pem.includes("CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Below, with a message that says what would do.
  }
  throw new SealError(
    "The certificate is no RSA certificate or public key in PEM; `kubeseal --fetch-cert` prints the cluster's.",
  );
}

/**
 * Length of the sealed key (two bytes), the key of this value sealed by RSA-OAEP with SHA-256 under the label, the value by
 * AES-256-GCM. The nonce may be zero because the key is used once.
 */
function seal(value: Buffer, key: KeyObject, oaepLabel: Buffer): string {
  const session = randomBytes(32);
  const sealedKey = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel }, session);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(sealedKey.length);
  const cipher = createCipheriv("aes-256-gcm", session, Buffer.alloc(12));
  return Buffer.concat([length, sealedKey, cipher.update(value), cipher.final(), cipher.getAuthTag()]).toString("base64");
}
