import { redisUses } from "../redis.ts";
import { services } from "../rows.ts";
import type { RedisRole } from "../types.ts";
import type { ExternalEntry, KeyringEntry, RedisEntry } from "./types.ts";

const signOn = ["auth-api"];
const mail = ["actions", "nebula-background"];

/** What other parties gave out. All of it is optional: only what an installation uses has a value. */
export const externals = {
  adfs: external("adfs-client-secret", "adfs", signOn, "the client secret of ADFS"),
  oktaKey: external("okta-api-key", "okta", signOn, "the key for Okta's management API"),
  okta: external("okta-client-secret", "okta", signOn, "the client secret of Okta"),
  smtp: external("smtp-password", "smtp", mail, "the password of the mail server"),
  entra: external("entra-client-secret", "entra", signOn, "the client secret of Entra"),
} as const;

function external(key: string, party: ExternalEntry["party"], readers: readonly string[], purpose: string): ExternalEntry {
  return { kind: "external", encoding: "raw", object: "external-service-secrets", key, readers, purpose, optional: true, party };
}

/** The password of a Redis role; empty when Redis asks for none. */
export function redisEntry(role: RedisRole): RedisEntry {
  const keeps = redisUses.find((use) => use.role === role)?.keeps ?? role;
  return {
    kind: "redis",
    encoding: "raw",
    object: "redis-passwords",
    key: role,
    readers: services.filter(({ redis }) => redis.includes(role)).map(({ name }) => name),
    purpose: `the password of the Redis that keeps ${keeps}`,
    optional: true,
    role,
  };
}

export const keyrings = {
  encryption: keyring("block-encryption", ["orion-api"], "the keys that encrypt secrets in blocks"),
  signing: keyring("token-signing", ["auth-api"], "the keys that sign sessions"),
} as const;

function keyring(key: string, readers: readonly string[], purpose: string): KeyringEntry {
  return { kind: "keyring", encoding: "raw", object: "platform-keys", key, readers, purpose, optional: false };
}
