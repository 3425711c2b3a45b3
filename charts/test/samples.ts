/** Values of the chart, each beside the facts that say the same to `praetor secrets`. */
import { samplePasswords } from "../../packages/secrets/src/testing.ts";

const keyOf = (letter: string): string => letter.repeat(43);
const { service, super: superuser } = samplePasswords.users;
export const passwords = { serviceUser: service.reveal(), superUser: superuser.reveal() };
export const keys = { blockEncryption: keyOf("A"), tokenSigning: keyOf("B") };

/** The least that can be rendered without a cluster. */
export const least = { createAppSecretsInChart: true, database: { host: "db.internal" }, passwords, keys };

/** Databases as the chart's values and secrets.yaml both have them. */
export const databases: Readonly<Record<string, object>> = {
  "one server": { host: "db.internal" },
  "a port": { host: "db.internal", port: 6432 },
  "a replica": { host: "db.internal", port: 6432, replica: { host: "ro.internal" } },
  "a replica with a port": { host: "db.internal", replica: { host: "ro.internal", port: 6433 } },
  "one database on a server of its own": {
    host: "db.internal",
    replica: { host: "ro.internal" },
    events: { host: "events.internal" },
  },
  "and a replica of its own": {
    host: "db.internal",
    port: 6432,
    replica: { host: "ro.internal" },
    events: { host: "events.internal", port: 7432, replica: { host: "events-ro.internal" } },
  },
  "a database with another port": { host: "db.internal", replica: { host: "ro.internal" }, nebula: { port: 7777 } },
  "each on its own": { events: { host: "e.internal" }, nebula: { host: "n.internal" }, orion: { host: "o.internal" } },
  addresses: { host: "2001:db8::1", replica: { host: "192.0.2.7" } },
};

/** Everything that an installation may use. */
export const most = {
  ...least,
  database: databases["and a replica of its own"],
  serviceUser: "daily_work",
  superUser: "tenant-admin",
  redis: {
    host: "redis.internal",
    tls: true,
    username: "praetor",
    password: "One Redis, 1 pa$$word",
    cache: { host: "cache.internal", port: 6380, password: "Another for the cache!" },
  },
  mail: { host: "smtp.internal", username: "praetor", password: "given out: mail 4711" },
  global: {
    authProvider: {
      okta: {
        clientID: "okta-client",
        clientSecret: "given out: okta 4711",
        apiKey: "given out: key 4711",
        authServerURL: "https://example.okta.com/oauth2/default",
      },
      adfs: { clientID: "adfs-client", clientSecret: "given out: adfs 4711", clientAuthority: "https://adfs.example.com/adfs" },
      entra: { clientID: "entra-client", clientSecret: "given out: entra 4711", tenantID: "tenant" },
    },
  },
  podLabels: { team: "data" },
  podAnnotations: { note: "of ours" },
  nodeSelector: { "kubernetes.io/os": "linux" },
  tolerations: [{ key: "dedicated", operator: "Exists" }],
  imagePullSecrets: [{ name: "registry" }],
  serviceAccountName: "praetor",
  image: { repository: "registry.example.com/praetor", digest: `sha256:${"0".repeat(64)}` },
};

/** What must render, lint and meet the schemas of Kubernetes. */
export const samples: Readonly<Record<string, object>> = {
  "nothing, the Secrets being there": {},
  "Secrets of the published list": { contract: "seed" },
  "Secrets from a store": { secretsStore: { enabled: true, classes: { "redis-passwords": "ours" } } },
  "no preflight": { preflight: { check: false, doctor: false } },
  "the least that makes Secrets": least,
  "Secrets of the published list, made": { ...least, contract: "seed" },
  everything: most,
};
