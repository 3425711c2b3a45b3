import { stringify } from "yaml";
import type { Database } from "@praetor/topology";

interface ServerFacts {
  readonly host?: string;
  readonly port?: number;
}

/** A `secrets.yaml` as a value: the same keys, references as text. */
export interface FactsInput {
  readonly contract?: "praetor" | "seed";
  readonly database: ServerFacts & { readonly replica?: ServerFacts } & Readonly<
      Partial<Record<Database, ServerFacts & { readonly replica?: ServerFacts }>>
    >;
  readonly serviceUser?: { readonly name?: string; readonly password?: string };
  readonly superUser: { readonly name?: string; readonly password: string };
  readonly redis?: Readonly<Record<string, string>>;
  readonly signOn?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly mail?: { readonly password: string };
  readonly keys?: Readonly<Record<string, string>>;
  readonly rotateAfter?: string;
}

interface Part {
  readonly comment: string;
  /** What stands there commented out when the fact is not given. */
  readonly example: string;
}

const head = `Facts from which every Secret of the platform follows: \`praetor secrets plan\`, \`render\`.
This file holds no secret, only where each is: env:NAME, file:PATH, kubernetes:NAMESPACE/SECRET/KEY, vault:PATH#FIELD,
openbao:PATH#FIELD, aws:NAME#FIELD, azure:VAULT/NAME, gcp:PROJECT/NAME, or generate, which keeps what exists already.`;

const parts: Readonly<Record<keyof FactsInput, Part>> = {
  contract: {
    comment: "Which keys there must be: `seed` as Prefect published them, `praetor` those and a few more.",
    example: "contract: praetor",
  },
  database: {
    comment: "PostgreSQL. `replica`, and `events`, `nebula` or `orion` with servers of their own, are optional.",
    example: "database:\n  host: db.internal",
  },
  serviceUser: { comment: "The role of the daily work.", example: "serviceUser:\n  name: prefect\n  password: generate" },
  superUser: {
    comment: "The role that makes databases, roles and schemas; it exists already.",
    example: "superUser:\n  name: postgres\n  password: env:PGPASSWORD",
  },
  redis: {
    comment: "Only if Redis asks for a password: `password` for all roles, or one for each (cache, events, work, ...).",
    example: "redis:\n  password: env:REDIS_PASSWORD",
  },
  signOn: {
    comment: "Only what signs people on: okta, adfs, entra.",
    example: "signOn:\n  okta:\n    clientSecret: env:OKTA_CLIENT_SECRET\n    apiKey: env:OKTA_API_KEY",
  },
  mail: { comment: "Only if mail is sent.", example: "mail:\n  password: env:SMTP_PASSWORD" },
  keys: { comment: "Keys of the platform itself.", example: "keys:\n  blockEncryption: generate\n  tokenSigning: generate" },
  rotateAfter: { comment: "When a password is due to be replaced.", example: "rotateAfter: 90d" },
};

/** The text of a `secrets.yaml`, with a comment for each fact and those that are not given as comments. */
export function factsDocument(input: FactsInput): string {
  const values = new Map<string, unknown>(Object.entries(input));
  const sections = Object.entries(parts).map(([name, { comment, example }]) => {
    const value = values.get(name);
    const text = value === undefined ? commented(example) : stringify({ [name]: value }, { lineWidth: 0 });
    return `${commented(comment)}${text}`;
  });
  return [commented(head), ...sections].join("\n");
}

const commented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `# ${line}\n`)
    .join("");
