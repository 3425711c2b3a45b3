/**
 * The schema of the chart's values.
 *
 * It judges what is no secret: names, forms and ranges. A validator repeats the value that a pattern refuses, so everything in
 * which a secret may stand, a host included into which a whole connection string was pasted, is judged by the chart's templates,
 * which say what is wrong and never the value.
 */
import { redisUses, secretsContract } from "@praetor/topology";
import { valuePathOf } from "./contract.ts";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const secret: Schema = { type: "string", maxLength: 4096 };
const name: Schema = { type: "string", minLength: 1, maxLength: 63 };
const host: Schema = { type: "string", maxLength: 253 };
const port: Schema = { type: "integer", minimum: 1, maximum: 65_535 };
const flag: Schema = { type: "boolean" };
const anyObject: Schema = { type: "object" };
/** The published example writes the flag as text. */
const textualFlag: Schema = { enum: [true, false, "true", "false"] };

/** A mapping of exactly these keys: a misspelled one would otherwise be a default, unseen. */
const mapping = (properties: Schema, more: Schema = {}): Schema => ({
  type: "object",
  additionalProperties: false,
  properties,
  ...more,
});

const database = { host, port, replica: mapping({ host, port }) };
const redis = { host, port, tls: flag, username: text, password: secret };

/** Secrets of the contract that stand at this place of the values, by their last word. */
function secretsAt(...path: string[]): Schema {
  const paths = secretsContract("praetor").entries.flatMap((entry) =>
    [valuePathOf(entry) ?? []].filter(({ length }) => length > 0),
  );
  const here = paths.filter((each) => each.length === path.length + 1 && path.every((word, index) => each[index] === word));
  return Object.fromEntries(here.map((each) => [each.at(-1), secret]));
}

function appSecrets(): Schema {
  const { entries } = secretsContract("praetor");
  const objects = [...new Set(entries.map(({ object }) => object))].map((object) => {
    const keys = entries.filter((entry) => entry.object === object).map(({ key }) => [key, secret]);
    return [object, mapping(Object.fromEntries(keys))];
  });
  return mapping(Object.fromEntries(objects));
}

const provider = (party: string, properties: Schema): Schema =>
  mapping({ clientID: text, ...properties, ...secretsAt("global", "authProvider", party) });

const authProvider = mapping({
  okta: provider("okta", { authServerURL: text }),
  adfs: provider("adfs", { clientAuthority: text, clientVerifySSL: textualFlag }),
  entra: provider("entra", { tenantID: text, loginBaseURL: text, clientVerifySSL: textualFlag }),
});

const properties: Schema = {
  createAppSecretsInChart: flag,
  contract: { enum: ["praetor", "seed"] },
  serviceUser: name,
  superUser: name,
  passwords: mapping({ serviceUser: secret, superUser: secret }),
  database: mapping({ ...database, events: mapping(database), nebula: mapping(database), orion: mapping(database) }),
  redis: mapping({ ...redis, ...Object.fromEntries(redisUses.map(({ role }) => [role, mapping(redis)])) }),
  mail: mapping({ host, port, username: text, tls: { enum: ["implicit", "starttls", "none"] }, ...secretsAt("mail") }),
  keys: mapping(secretsAt("keys")),
  appSecrets: appSecrets(),
  // Other charts of the same installation put their own keys beside ours.
  global: { type: "object", properties: { authProvider } },
  secretsStore: mapping({ enabled: flag, driver: name, classes: { type: "object", additionalProperties: name } }),
  preflight: mapping({ check: flag, doctor: flag }),
  jobs: mapping({
    activeDeadlineSeconds: { type: "integer", minimum: 1 },
    backoffLimit: { type: "integer", minimum: 0 },
    setPassword: flag,
    resources: anyObject,
  }),
  partman: mapping({ schedule: { type: "string", minLength: 1 }, retention: { type: "string", minLength: 1 }, suspend: flag }),
  image: mapping({
    repository: { type: "string", minLength: 1 },
    tag: text,
    digest: text,
    pullPolicy: { enum: ["Always", "IfNotPresent", "Never"] },
  }),
  imagePullSecrets: { type: "array", items: mapping({ name }, { required: ["name"] }) },
  serviceAccountName: text,
  runAsUser: { type: "integer", minimum: 1 },
  podAnnotations: { type: "object", additionalProperties: text },
  podLabels: { type: "object", additionalProperties: text },
  nodeSelector: { type: "object", additionalProperties: text },
  tolerations: { type: "array", items: anyObject },
  affinity: anyObject,
};

/** The text of the chart's values.schema.json. */
export function valuesSchema(): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Values of the chart praetor",
    ...mapping(properties),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
