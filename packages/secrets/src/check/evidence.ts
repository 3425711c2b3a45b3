import type { ConnectionEntry, Contract, Database, DatabaseUser } from "@praetor/topology";
import type { Host } from "../connection-string.ts";
import { percentDecode, percentEncode } from "../percent-encoding.ts";
import { Secret } from "../secret.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import { type Anatomy, anatomyOf } from "./anatomy.ts";
import { type Expectation, otherInstance, type Server, serverOf } from "./expectation.ts";
import { unwrap } from "./wrapping.ts";

interface Witness {
  readonly entry: ConnectionEntry;
  readonly parts: Anatomy;
}

/** What people name roles and hosts. Anything else in their place may be a password, and what is evident is shown. */
const roleName = /^[A-Za-z_][\w$.-]{0,62}$/;
const hostName = /^(?:[\w.-]+|\[[0-9a-f:.%]+\])$/i;

const defaults: Readonly<Record<DatabaseUser, string>> = { service: "prefect", super: "postgres" };

export const looksLikeConnection = (text: string): boolean => /^[a-z0-9+.-]+:\/\//i.test(text);

/** How a set should be, judged by the majority of its own keys: the one that is damaged is outvoted by those that are not. */
export function evidenceOf(set: SecretSet, contract: Contract): Expectation {
  const witnesses = contract.entries.filter((entry) => entry.kind === "connection").flatMap((entry) => witnessOf(set, entry));
  return {
    users: usersOf(witnesses),
    passwords: passwordsOf(set, contract, witnesses),
    servers: serversOf(witnesses),
  };
}

function witnessOf(set: SecretSet, entry: ConnectionEntry): Witness[] {
  const found = entryOf(set, entry.object, entry.key);
  if (found === undefined) return [];
  const parts = anatomyOf(unwrap(found.value.reveal(), entry.key, looksLikeConnection).text);
  return parts === undefined ? [] : [{ entry, parts }];
}

/** The most frequent text; of equals, the one that `prefer` likes, else the first. */
function majority(texts: readonly string[], prefer: (text: string) => boolean = () => false): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || Number(prefer(b)) - Number(prefer(a)))[0]?.[0];
}

function usersOf(witnesses: readonly Witness[]): Expectation["users"] {
  const of = (user: DatabaseUser): string => {
    const names = witnesses.filter(({ entry }) => entry.user === user).map(({ parts }) => percentDecode(parts.user.text) ?? "");
    return majority(names.filter((name) => roleName.test(name))) ?? defaults[user];
  };
  const users = { service: of("service"), super: of("super") };
  if (users.service !== users.super) return users;
  // One name everywhere: whichever is the default of one user is right for that one.
  return users.super === defaults.service ? { ...users, super: defaults.super } : { ...users, service: defaults.service };
}

function passwordsOf(set: SecretSet, contract: Contract, witnesses: readonly Witness[]): Expectation["passwords"] {
  const raw = contract.entries
    .filter(({ kind }) => kind === "password")
    .flatMap(({ object, key }) => entryOf(set, object, key)?.value.reveal() ?? [])
    .filter((text) => text !== "" && !/^<.*>$/.test(text));
  const service = reconcile(majority(decoded(witnesses, "service")), majority(raw));
  const superuser = majority(decoded(witnesses, "super")) ?? guess(witnesses, "super");
  return {
    ...(service !== undefined && { service: Secret.of(service) }),
    ...(superuser !== undefined && { super: Secret.of(superuser) }),
  };
}

/** The passwords of those strings that are encoded as they should be. */
function decoded(witnesses: readonly Witness[], user: DatabaseUser): string[] {
  return spans(witnesses, user).flatMap((text) => {
    const password = percentDecode(text);
    return password !== undefined && password !== "" && percentEncode(password) === text ? [password] : [];
  });
}

function spans(witnesses: readonly Witness[], user: DatabaseUser): string[] {
  return witnesses
    .filter(({ entry, parts }) => entry.user === user && parts.password)
    .map(({ parts }) => parts.password?.text ?? "");
}

/** With no string encoded rightly, the most frequent one as a person would have meant it. */
function guess(witnesses: readonly Witness[], user: DatabaseUser): string | undefined {
  const text = majority(spans(witnesses, user).filter((each) => each !== ""));
  return text === undefined ? undefined : (percentDecode(text) ?? text);
}

/** The password as it is stands in keys of its own; where they and the strings disagree, the one that made the other is right. */
function reconcile(inStrings: string | undefined, alone: string | undefined): string | undefined {
  if (inStrings === undefined || alone === undefined || inStrings === alone) return inStrings ?? alone;
  const fromAlone = [percentEncode(alone), encodeURIComponent(alone), alone.replaceAll(" ", "+")];
  return fromAlone.includes(inStrings) ? alone : inStrings;
}

function serversOf(witnesses: readonly Witness[]): Map<Server, Host> {
  const votes = new Map<Server, string[]>();
  for (const { entry, parts } of witnesses) {
    const host = parts.host.text.toLowerCase();
    if (hostName.test(host)) votes.set(serverOf(entry), [...(votes.get(serverOf(entry)) ?? []), host]);
  }
  const hosts = new Map([...votes.keys()].map((server) => [server, hostOf(server, votes)] as const));
  const straight = withoutStray(hosts);
  return new Map(
    [...unswapped(straight)].map(([server, host]) => [
      server,
      { host: host.replace(/^\[(.*)\]$/, "$1"), port: portOf(server, witnesses) },
    ]),
  );
}

/** Of hosts with as many votes, a replica's is rather one that no primary has, and that other replicas have too. */
function hostOf(server: Server, votes: ReadonlyMap<Server, readonly string[]>): string {
  const instance = server.endsWith("replica") ? "replica" : "primary";
  const elsewhere = (kind: string) =>
    [...votes].filter(([each]) => each !== server && each.endsWith(kind)).flatMap(([, hosts]) => hosts);
  const others = elsewhere(otherInstance(instance));
  const alike = elsewhere(instance);
  return majority(votes.get(server) ?? [], (host) => !others.includes(host) || alike.includes(host)) ?? "";
}

function portOf(server: Server, witnesses: readonly Witness[]): number {
  const ports = (matches: (witness: Witness) => boolean) =>
    witnesses
      .filter(matches)
      .flatMap(({ parts }) => (/^[1-9]\d{0,4}$/.test(parts.port?.text ?? "") ? [parts.port?.text ?? ""] : []));
  const own = ports(({ entry }) => serverOf(entry) === server);
  return Number(majority(own, (port) => port === majority(ports(() => true))) ?? "5432");
}

const beginsAfterStray =
  /^n(\d|\[|db|pg|postgres|database|sql|primary|replica|master|prefect|rds|aurora|localhost|cloud|events|nebula|orion|server|host)/;

/** The published list has `@n<host>`; who filled it in from top to bottom has an `n` before every host, or before some. */
function withoutStray(hosts: ReadonlyMap<Server, string>): Map<Server, string> {
  const all = [...hosts.values()];
  const everywhere = all.length > 0 && all.every((host) => beginsAfterStray.test(host));
  const isStray = (host: string): boolean => everywhere || (host.startsWith("n") && all.includes(host.slice(1)));
  return new Map([...hosts].map(([server, host]) => [server, isStray(host) ? host.slice(1) : host]));
}

const namedReplica = /(^|[-._])(ro|replica|reader|readonly|read|standby|secondary|slave)\d*([-._:]|$)/;

/** A database whose "primary" is named as a replica and whose "replica" is not has both the wrong way round. */
function unswapped(hosts: ReadonlyMap<Server, string>): Map<Server, string> {
  const straight = new Map(hosts);
  for (const database of ["events", "nebula", "orion"] satisfies Database[]) {
    const [primary, replica] = [hosts.get(`${database}/primary`), hosts.get(`${database}/replica`)];
    if (primary === undefined || replica === undefined || !namedReplica.test(primary) || namedReplica.test(replica)) continue;
    straight.set(`${database}/primary`, replica).set(`${database}/replica`, primary);
  }
  return straight;
}
