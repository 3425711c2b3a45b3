import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type DetailedPeerCertificate } from "node:tls";
import type { Finding } from "../finding.ts";
import { kindOf } from "./check.ts";

/** A server on the network, and what people know it as. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const timeoutMilliseconds = 5000;

const at = ({ host, port }: Address, finding: Omit<Finding, "object" | "key">): Finding => ({
  ...finding,
  object: `${host}:${port}`,
  key: null,
});

/** Whether the name leads to an address. */
export async function resolveHost(address: Address): Promise<Finding[]> {
  if (isIP(address.host) !== 0) return [];
  try {
    await lookup(address.host, { all: true });
    return [];
  } catch (error) {
    const kind = kindOf(error);
    const message = `the host name ${address.host} has no address here (${kind})`;
    const remedy =
      kind === "EAI_AGAIN"
        ? "the name server does not answer: check the cluster's DNS, then the name"
        : "correct the host in the facts, or make the name known where the services run";
    return [at(address, { severity: "error", code: "dns_not_found", message, remedy })];
  }
}

const tcpRemedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: start the server, or correct the port",
  ETIMEDOUT: "packets are dropped on the way: open the firewall or network policy between the services and the server",
};

/** Whether something listens on the port. */
export async function reachPort(address: Address): Promise<Finding[]> {
  try {
    (await openSocket(address)).destroy();
    return [];
  } catch (error) {
    const kind = kindOf(error);
    const message = `port ${address.port} of ${address.host} cannot be reached (${kind})`;
    const remedy = tcpRemedies[kind] ?? "check the way from here to the server, and its address";
    return [at(address, { severity: "error", code: "tcp_unreachable", message, remedy })];
  }
}

function openSocket({ host, port }: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMilliseconds });
    socket.once("connect", () => (socket.setTimeout(0), resolve(socket)));
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
  });
}

export interface TlsExpectation {
  /** Whether the strings insist on a certificate that verifies, on encryption, or on nothing. */
  readonly mode: "verify" | "require" | "prefer";
  /** PEM of the authorities to trust instead of the system's. */
  readonly authorities?: string | Buffer;
  /** How TLS begins: PostgreSQL is asked for it first. */
  readonly start: "postgresql" | "at once";
}

/** Whether the server encrypts, whether its certificate's chain and name verify, and for how long. */
export async function examineTls(address: Address, expectation: TlsExpectation): Promise<Finding[]> {
  const socket = await openSocket(address);
  try {
    if (expectation.start === "postgresql" && !(await offersTls(socket))) return [tlsAbsent(address, expectation)];
    const { certificate, problem } = await handshake(socket, address, expectation);
    return [...chainFindings(address, expectation, problem), ...expiryFindings(address, certificate)];
  } catch (error) {
    const message = `TLS cannot be agreed on (${kindOf(error)})`;
    const remedy = "check the server's TLS versions and certificate files";
    return [at(address, { severity: "error", code: "tls_failed", message, remedy })];
  } finally {
    socket.destroy();
  }
}

/** PostgreSQL's SSLRequest; `S` grants it. */
const request = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

function offersTls(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(timeoutMilliseconds, () => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
    socket.once("error", reject);
    socket.once("data", (answer) => resolve(answer.toString("latin1", 0, 1) === "S"));
    socket.write(request);
  });
}

interface Handshake {
  readonly certificate: DetailedPeerCertificate;
  /** Node's code for what is wrong with the chain or the name. */
  readonly problem: string | undefined;
}

function handshake(socket: Socket, { host }: Address, { authorities }: TlsExpectation): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(authorities !== undefined && { ca: authorities }),
      // Only looked at, never trusted: nothing is sent over it.
      rejectUnauthorized: false,
    });
    secure.once("error", reject);
    secure.once("secureConnect", () => {
      const problem: Error | string | null | undefined = secure.authorizationError;
      const code = problem instanceof Error ? kindOf(problem) : problem;
      resolve({ certificate: secure.getPeerCertificate(true), problem: secure.authorized ? undefined : (code ?? "unknown") });
    });
  });
}

function tlsAbsent(address: Address, { mode }: TlsExpectation): Finding {
  const severity = mode === "prefer" ? "note" : "error";
  const message = "the server offers no TLS: passwords and data cross the network as they are";
  return at(address, {
    severity,
    code: "tls_absent",
    message,
    remedy: "switch TLS on at the server, and sslmode=verify-full in the strings",
  });
}

/** Strings that ask for nothing get what they asked for. */
const unverified = { verify: "error", require: "warning", prefer: "note" } as const;

function chainFindings(address: Address, { mode }: TlsExpectation, problem: string | undefined): Finding[] {
  if (problem === undefined) return [];
  const name = problem === "ERR_TLS_CERT_ALTNAME_INVALID";
  const message = name ? `its certificate is not for ${address.host}` : `its certificate does not verify (${problem})`;
  const remedy = name
    ? "use a host name that the certificate has, or issue one for this name"
    : "give the authority's certificate as sslrootcert, and let the server send its intermediate certificates";
  return [at(address, { severity: unverified[mode], code: "tls_unverified", message, remedy })];
}

const dayMilliseconds = 86_400_000;
const warnDays = 14;

function expiryFindings(address: Address, certificate: DetailedPeerCertificate): Finding[] {
  const [end, days] = soonestEnd(certificate);
  if (Number.isNaN(days) || days >= warnDays) return [];
  const remedy = "renew it, and watch its renewal";
  if (days < 0)
    return [at(address, { severity: "error", code: "tls_expired", message: `its certificate ended on ${end}`, remedy })];
  const message = `its certificate ends on ${end}, in ${Math.floor(days)} days`;
  return [at(address, { severity: "warning", code: "tls_expiring", message, remedy })];
}

/** Of the certificate and those that signed it, the one that ends first. */
function soonestEnd(certificate: DetailedPeerCertificate): [end: string, days: number] {
  const ends: number[] = [];
  for (let each = certificate; each !== undefined && ends.length < 10; each = each.issuerCertificate) {
    ends.push(Date.parse(each.valid_to));
    if (each.issuerCertificate === each) break;
  }
  const soonest = Math.min(...ends);
  const text = Number.isNaN(soonest) ? "" : new Date(soonest).toISOString().slice(0, 10);
  return [text, (soonest - Date.now()) / dayMilliseconds];
}
