import { type RedisRole, redisUses } from "@praetor/topology";
import type { MailTarget, SignOnTarget } from "./targets.ts";

/** A Redis, without its password. */
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly tls: boolean;
}

/** A sign-on provider, without the client's secret. */
export type SignOnEndpoint = Pick<SignOnTarget, "issuer" | "clientId" | "verifyTls">;
export type Party = SignOnTarget["party"];

/** Where the parties are whose passwords the Secrets hold: no Secret says it, the chart's values do. */
export interface Endpoints {
  readonly redis: Readonly<Partial<Record<RedisRole, RedisEndpoint>>>;
  readonly mail?: Pick<MailTarget, "host" | "port" | "username" | "tls">;
  readonly signOn: Readonly<Partial<Record<Party, SignOnEndpoint>>>;
}

export const noEndpoints: Endpoints = { redis: {}, signOn: {} };

/** What is wrong with a description of endpoints, all of it; no part of it holds a secret. */
export class EndpointsError extends Error {
  readonly code = "endpoints_invalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "EndpointsError";
    this.problems = problems;
  }
}

/**
 * Reads endpoints by the names that the chart's values have: `redis` (`host`, `port`, `tls`, `username`, or the same for
 * each role), `mail` (`host`, `port`, `username`, `tls`), `authProvider` or `global.authProvider` (`okta`, `adfs`, `entra`).
 *
 * @throws EndpointsError
 */
export function endpointsFrom(document: unknown): Endpoints {
  const problems: string[] = [];
  const root = new Section(document, "", problems);
  const redis = redisOf(root.section("redis"));
  const mail = mailOf(root.section("mail"));
  const endpoints: Endpoints = {
    redis,
    ...(mail && { mail }),
    signOn: signOnOf(root.has("authProvider") ? root.section("authProvider") : root.section("global").section("authProvider")),
  };
  if (problems.length > 0) throw new EndpointsError(problems);
  return endpoints;
}

/** The document that `endpointsFrom` reads as the same endpoints. */
export function endpointsDocument({ redis, mail, signOn }: Endpoints): object {
  const providers = Object.entries(signOn).map(([party, { issuer, clientId, verifyTls }]) => [
    party,
    { ...issuerFields(issuer)[party as Party], clientID: clientId, clientVerifySSL: verifyTls },
  ]);
  return { redis, ...(mail && { mail }), authProvider: Object.fromEntries(providers) };
}

function issuerFields(issuer: string): Readonly<Record<Party, object>> {
  const [, loginBaseURL = "", tenantID = ""] = /^(.*\/)([^/]+)\/v2\.0$/.exec(issuer) ?? [];
  return { okta: { authServerURL: issuer }, adfs: { clientAuthority: issuer }, entra: { loginBaseURL, tenantID } };
}

function redisOf(section: Section): Endpoints["redis"] {
  const all = section.has("host") ? redisEndpoint(section) : undefined;
  const roles = redisUses.flatMap(({ role }) => {
    const endpoint = section.has(role) ? redisEndpoint(section.section(role)) : all;
    return endpoint === undefined ? [] : [[role, endpoint] as const];
  });
  return Object.fromEntries(roles);
}

function redisEndpoint(section: Section): RedisEndpoint {
  const username = section.text("username");
  return {
    host: section.needed("host"),
    port: section.port(6379),
    tls: section.flag("tls", false),
    ...(username !== undefined && { username }),
  };
}

function mailOf(section: Section): Endpoints["mail"] {
  if (section.isEmpty) return undefined;
  const username = section.text("username");
  const tls = (["implicit", "starttls", "none"] as const).find((word) => word === (section.text("tls") ?? "starttls"));
  if (tls === undefined) section.report("tls", "is not implicit, starttls or none");
  return {
    host: section.needed("host"),
    port: section.port(587),
    tls: tls ?? "starttls",
    ...(username !== undefined && { username }),
  };
}

const issuers: Readonly<Record<Party, (section: Section) => string>> = {
  okta: (section) => section.needed("authServerURL"),
  adfs: (section) => section.needed("clientAuthority"),
  entra: (section) => {
    const base = section.text("loginBaseURL") ?? "https://login.microsoftonline.com/";
    return `${base.replace(/\/$/, "")}/${section.needed("tenantID")}/v2.0`;
  },
};

function signOnOf(section: Section): Endpoints["signOn"] {
  const parties = (Object.keys(issuers) as Party[]).filter((party) => !section.section(party).isEmpty);
  const endpoints = parties.map((party) => {
    const own = section.section(party);
    const issuer = issuers[party](own);
    if (issuer !== "" && !/^https?:\/\//.test(issuer)) own.report("", "has an address that is no URL");
    return [party, { issuer, clientId: own.needed("clientID"), verifyTls: own.flag("clientVerifySSL", true) }] as const;
  });
  return Object.fromEntries(endpoints);
}

/** A mapping that is read key by key; every problem is kept, with its path. */
class Section {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: string[];

  constructor(value: unknown, path: string, problems: string[]) {
    this.#path = path;
    this.#problems = problems;
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#values = isMapping ? { ...value } : {};
    if (!isMapping && value !== undefined && value !== null) this.report("", "is not a mapping of keys to values");
  }

  get isEmpty(): boolean {
    return Object.keys(this.#values).length === 0;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  report(key: string, problem: string): void {
    this.#problems.push(`${[this.#path, key].filter(Boolean).join(".")} ${problem}`);
  }

  section(key: string): Section {
    return new Section(this.#values[key], [this.#path, key].filter(Boolean).join("."), this.#problems);
  }

  text(key: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string") return value;
    this.report(key, "is not text");
    return undefined;
  }

  needed(key: string): string {
    const value = this.text(key);
    if (value === undefined) this.report(key, "is missing");
    return value ?? "";
  }

  port(usual: number): number {
    const value = this.#values.port ?? usual;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
    this.report("port", "is not a number from 1 to 65535");
    return usual;
  }

  /** The published example writes the flag as text. */
  flag(key: string, usual: boolean): boolean {
    const value = this.#values[key] ?? usual;
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    this.report(key, "is not true or false");
    return usual;
  }
}
