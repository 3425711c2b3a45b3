import { isIPv6 } from "node:net";
import { isContractName, type ContractName, type Database, secretsContract } from "@praetor/topology";
import { parseDocument } from "yaml";
import { DEFAULT_PORT, type Host } from "../connection-string.ts";
import type { FactsInput } from "./document.ts";
import { DocumentReader } from "./document-reader.ts";
import { databases, type Facts, placeName, type Role, type Servers } from "./facts.ts";
import { FactsError, type FactsProblem } from "./facts-error.ts";
import type { Reference } from "./reference.ts";

/**
 * Reads the text of a `secrets.yaml`.
 *
 * @throws FactsError with every problem at once.
 */
export function readFacts(text: string): Facts {
  return factsFrom(parseYaml(text));
}

/**
 * The mapping that the text of a `secrets.yaml` is, when it is one of facts.
 *
 * @throws FactsError
 */
export function readFactsInput(text: string): FactsInput {
  const input: unknown = parseYaml(text);
  factsFrom(input);
  // Every key of it has just been read as a fact.
  return input as FactsInput;
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split("\n").length;
    throw new FactsError([{ path: "", problem: `line ${line} is no YAML`, remedy: "Mend the line." }]);
  }
  return document.toJS();
}

/**
 * Facts from the mapping that a `secrets.yaml` is.
 *
 * @throws FactsError with every problem at once.
 */
export function factsFrom(value: unknown): Facts {
  const problems: FactsProblem[] = [];
  const document = new DocumentReader(value, "", problems);
  const contract = readContract(document);
  const servers = readDatabases(document.section("database"));
  const service = readRole(document.section("serviceUser"), "prefect", { kind: "generate" });
  const superuser = readRole(document.section("superUser"), "postgres");
  const others = readOthers(document, contract);
  const days = readDays(document);
  document.refuseOthers();
  if (superuser === undefined || service === undefined || servers === undefined || problems.length > 0)
    throw new FactsError(problems);
  return {
    contract,
    databases: servers,
    users: { service, super: superuser },
    others,
    ...(days !== undefined && { rotateAfterDays: days }),
  };
}

function readContract(document: DocumentReader): ContractName {
  const name = document.text("contract", isContractName, "`praetor` or `seed`") ?? "praetor";
  return isContractName(name) ? name : "praetor";
}

function readDays(document: DocumentReader): number | undefined {
  const text = document.text("rotateAfter", (value) => /^[1-9]\d{0,4}d$/.test(value), "a number of days like `90d`");
  return text === undefined ? undefined : Number(text.slice(0, -1));
}

const isHost = (text: string): boolean => /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(text) || isIPv6(text);

function readHost(section: DocumentReader, inherited: Host | undefined): Host | undefined {
  const host = section.text("host", isHost, "a host name or address, without port") ?? inherited?.host;
  const port = section.port("port") ?? inherited?.port ?? DEFAULT_PORT;
  return host === undefined ? undefined : { host, port };
}

function readServers(section: DocumentReader, inherited: Servers | undefined): Servers | undefined {
  const primary = readHost(section, inherited?.primary);
  const replicaSection = section.section("replica");
  // A database that has moved to a server of its own has none of the others' replicas.
  const moved = inherited !== undefined && primary?.host !== inherited.primary.host;
  const shared = moved ? undefined : inherited?.replica;
  const replica = replicaSection.isEmpty ? shared : readHost(replicaSection, primary && { ...primary, host: "" });
  replicaSection.refuseOthers();
  if (replica?.host === "") replicaSection.report("host", "is missing", "Name the replica's host.");
  return primary && { primary, replica: replica ?? primary };
}

function readDatabases(section: DocumentReader): Record<Database, Servers> | undefined {
  const all = readServers(section, undefined);
  const each = databases.map((database) => {
    const own = section.section(database);
    const servers = readServers(own, all);
    own.refuseOthers();
    return servers;
  });
  section.refuseOthers();
  const [events, nebula, orion] = each;
  if (events === undefined || nebula === undefined || orion === undefined) {
    section.report("host", "is missing", "Name the host of PostgreSQL, for example `host: db.internal`.");
    return undefined;
  }
  return { events, nebula, orion };
}

function readRole(section: DocumentReader, name: string, otherwise?: Reference): Role | undefined {
  const role =
    section.text(
      "name",
      (text) => text !== "" && text.length <= 63 && !text.includes("\0"),
      "a role name of 1 to 63 characters",
    ) ?? name;
  const password = section.reference("password") ?? otherwise;
  section.refuseOthers();
  if (password === undefined) {
    section.report("password", "is missing", "Say where the superuser's password is, for example `env:PGPASSWORD`.");
    return undefined;
  }
  if (password.kind === "generate" && otherwise === undefined) {
    section.report(
      "password",
      "cannot be generated: the superuser exists, and has one",
      "Say where it is, for example `env:PGPASSWORD`.",
    );
  }
  return { name: role, password };
}

/** The other secrets: `redis.cache`, `signOn.okta.clientSecret`, `mail.password`, `keys.blockEncryption`. */
function readOthers(document: DocumentReader, name: ContractName): Map<string, Reference> {
  const [redis, signOn, mail, keys] = ["redis", "signOn", "mail", "keys"].map((each) => document.section(each));
  const parties = new Map(["okta", "adfs", "entra"].map((party) => [party, signOn?.section(party)] as const));
  const everyRole = redis?.reference("password");
  const others = new Map<string, Reference>();
  for (const entry of secretsContract(name).entries) {
    const reference =
      entry.kind === "redis"
        ? (redis?.reference(entry.role) ?? everyRole)
        : entry.kind === "keyring"
          ? (keys?.reference(camel(entry.key)) ?? { kind: "generate" as const })
          : entry.kind === "external"
            ? (entry.party === "smtp" ? mail : parties.get(entry.party))?.reference(
                camel(entry.key.slice(entry.party.length + 1)),
              )
            : undefined;
    if (reference !== undefined) others.set(placeName(entry), reference);
  }
  for (const section of [redis, signOn, mail, keys, ...parties.values()]) section?.refuseOthers();
  return others;
}

const camel = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
