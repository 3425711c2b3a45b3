import { formatConnectionString } from "@praetor/secrets";
import type { Examination } from "./check.ts";
import { type Login, logIn } from "./login.ts";
import { type Address, examineTls, reachPort, resolveHost, type TlsExpectation } from "./network.ts";
import type { ServerFacts } from "./server-facts.ts";
import { connectionFindings, pairFindings, serverFindings, type Subject } from "./server-findings.ts";
import { tlsExpectationOf } from "./tls-expectation.ts";
import type { DatabaseTarget } from "./targets.ts";

/** Everything about the databases: each server once, each login once, each pair once. */
export async function examineDatabases(examination: Examination, targets: readonly DatabaseTarget[]): Promise<void> {
  const servers = Map.groupBy(targets, (target) => addressOf(target));
  const facts = new Map<string, ServerFacts>();
  await Promise.all([...servers].map(([name, held]) => examineServer(examination, name, held, facts)));
  await examinePairs(examination, targets, facts);
}

const subjectOf = ({ server, instance }: Subject) => `${server} ${instance}`;

/** The first host of a string stands for it: the others are there for when it is away. */
function hostOf({ connection }: DatabaseTarget): Address {
  return connection.hosts[0] ?? { host: "localhost", port: 5432 };
}

function addressOf(target: DatabaseTarget): string {
  const { host, port } = hostOf(target);
  return `${host}:${port}`;
}

async function examineServer(
  examination: Examination,
  name: string,
  targets: readonly DatabaseTarget[],
  facts: Map<string, ServerFacts>,
): Promise<void> {
  const [first] = targets;
  if (first === undefined) return;
  const reached = await examineWay(examination, hostOf(first), tlsExpectationOf(targets));
  const logins = [...Map.groupBy(targets, identityOf).values()].flatMap(([target, ...rest]): Login[] =>
    target === undefined ? [] : [{ target, holders: [target, ...rest] }],
  );
  await Promise.all(
    logins.map(async (login) => {
      const { target } = login;
      const where = `${target.object}/${target.key}`;
      if (!reached) return examination.skip("login", where);
      await examination.run("login", where, async () => {
        const result = await logIn(login);
        const { facts: known } = result;
        if (known !== undefined) for (const holder of login.holders) keepFacts(facts, holder, known);
        return result.findings;
      });
    }),
  );
  const services = targets.filter(({ user }) => user === "service");
  const known = targets.map((target) => facts.get(subjectOf(target))).find((each) => each !== undefined);
  if (known === undefined) return examination.skip("connections", name);
  await examination.run("connections", name, () => Promise.resolve(connectionFindings(first, known, services.length)));
}

/** The service's own session counts: flags are those of its database, and of `postgres` nobody minds them. */
function keepFacts(facts: Map<string, ServerFacts>, target: DatabaseTarget, found: ServerFacts): void {
  if (target.user === "service" || !facts.has(subjectOf(target))) facts.set(subjectOf(target), found);
}

/** In memory only. The same server, user, password and database: one login answers for all who hold it. */
const identityOf = ({ connection, user }: DatabaseTarget) => `${user} ${formatConnectionString(connection).reveal()}`;

/** Name, port and TLS, each resting on the one before. */
export async function examineWay(
  examination: Examination,
  address: Address,
  expectation: TlsExpectation | undefined,
): Promise<boolean> {
  const where = `${address.host}:${address.port}`;
  if (address.host.startsWith("/")) return true;
  const resolved = await examination.run("name", where, () => resolveHost(address));
  if (!resolved) examination.skip("port", where);
  const reached = resolved && (await examination.run("port", where, () => reachPort(address)));
  if (expectation === undefined) return reached;
  if (!reached) examination.skip("tls", where);
  // What is wrong with a certificate does not keep others from logging in without verifying it.
  else await examination.run("tls", where, () => examineTls(address, expectation));
  return reached;
}

async function examinePairs(
  examination: Examination,
  targets: readonly DatabaseTarget[],
  facts: ReadonlyMap<string, ServerFacts>,
): Promise<void> {
  for (const [server, held] of Map.groupBy(targets, (target) => target.server)) {
    for (const [subject, [target]] of Map.groupBy(held, subjectOf)) {
      const known = facts.get(subject);
      if (known === undefined || target === undefined) examination.skip("server", subject);
      else await examination.run("server", subject, () => Promise.resolve(serverFindings(target, known)));
    }
    const [primary, replica] = [facts.get(`${server} primary`), facts.get(`${server} replica`)];
    const addresses = (instance: string) => new Set(held.filter((each) => each.instance === instance).map(addressOf));
    if (primary === undefined || replica === undefined) examination.skip("pair", server);
    else {
      const same = [...addresses("primary")].every((address) => addresses("replica").has(address));
      await examination.run("pair", server, () => Promise.resolve(pairFindings(server, primary, replica, same)));
    }
  }
}
