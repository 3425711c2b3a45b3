import { isContractName } from "@praetor/topology";
import { parseDocument } from "yaml";
import { Fields } from "../cluster/fields.ts";
import type { FactsInput } from "./document.ts";
import { databases } from "./facts.ts";

/** What the values of a chart amount to. */
export interface ImportedValues {
  /** Undefined when they do not name a database's host. */
  readonly facts: FactsInput | undefined;
  /** Variables that the facts refer to, and where the values have what belongs into them. Values hold secrets; facts do not. */
  readonly variables: readonly { readonly name: string; readonly from: string }[];
}

/** Keys by which values that state facts are known. */
const telling = ["serviceUser", "superUser", "database", "passwords"];

/**
 * Reads the facts in the values of a chart, of Praetor or of the original product: hosts, roles, Redis, sign-on, mail. Undefined
 * when the text is something else.
 */
export function importValues(text: string): ImportedValues | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "silent" });
  if (document.errors.length > 0) return undefined;
  const values = new Fields(document.toJS());
  const states = telling.some((name) => values.has(name)) || values.at("global").has("authProvider");
  // Facts themselves have a mapping where values have a name.
  const isElse = values.has("kind") || values.at("superUser").names.length > 0;
  return states && !isElse ? new ValuesReader(values).read() : undefined;
}

class ValuesReader {
  readonly #values: Fields;
  readonly #variables: { name: string; from: string }[] = [];

  constructor(values: Fields) {
    this.#values = values;
  }

  read(): ImportedValues {
    const database = this.#database();
    const facts = database && {
      contract: this.#contract(),
      database,
      serviceUser: {
        name: this.#values.text("serviceUser") ?? "prefect",
        password: this.#secret(["passwords", "serviceUser"], "SERVICE_USER_PASSWORD") ?? "generate",
      },
      superUser: {
        name: this.#values.text("superUser") ?? "postgres",
        password: this.#secret(["passwords", "superUser"], "SUPERUSER_PASSWORD") ?? this.#needed("SUPERUSER_PASSWORD"),
      },
      ...this.#others(),
    };
    return { facts, variables: this.#variables };
  }

  #contract(): "praetor" | "seed" {
    const name = this.#values.text("contract") ?? "seed";
    return isContractName(name) ? name : "seed";
  }

  #database(): FactsInput["database"] | undefined {
    const section = this.#values.at("database");
    const own = databases.flatMap((name) => {
      const server = serverOf(section.at(name));
      return server === undefined ? [] : [[name, server] as const];
    });
    const shared = serverOf(section) ?? own[0]?.[1];
    return shared && { ...shared, ...Object.fromEntries(own) };
  }

  #others(): Pick<FactsInput, "redis" | "signOn" | "mail"> {
    const redis = this.#secret(["redis", "password"], "REDIS_PASSWORD");
    const mail = this.#secret(["mail", "password"], "SMTP_PASSWORD");
    const parties = ["okta", "adfs", "entra"].flatMap((party) => {
      const provider = ["global", "authProvider", party];
      const clientSecret = this.#secret([...provider, "clientSecret"], `${party.toUpperCase()}_CLIENT_SECRET`);
      const apiKey = this.#secret([...provider, "apiKey"], `${party.toUpperCase()}_API_KEY`);
      const fields = { ...(clientSecret && { clientSecret }), ...(apiKey && { apiKey }) };
      return Object.keys(fields).length === 0 ? [] : [[party, fields] as const];
    });
    return {
      ...(redis && { redis: { password: redis } }),
      ...(parties.length > 0 && { signOn: Object.fromEntries(parties) }),
      ...(mail && { mail: { password: mail } }),
    };
  }

  /** A reference to the variable that is to have the secret of this place, if there is one. */
  #secret(path: readonly string[], name: string): string | undefined {
    const value = this.#values.at(...path.slice(0, -1)).text(path.at(-1) ?? "");
    if (!value) return undefined;
    this.#variables.push({ name, from: path.join(".") });
    return `env:${name}`;
  }

  #needed(name: string): string {
    this.#variables.push({ name, from: "whoever made the database" });
    return `env:${name}`;
  }
}

function serverOf(section: Fields): { host: string; port?: number; replica?: { host: string; port?: number } } | undefined {
  const one = hostOf(section);
  const replica = hostOf(section.at("replica"));
  return one && { ...one, ...(replica && { replica }) };
}

function hostOf(section: Fields): { host: string; port?: number } | undefined {
  const [host, port] = [section.text("host"), section.count("port")];
  return host ? { host, ...(port !== undefined && { port }) } : undefined;
}
