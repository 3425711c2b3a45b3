import { ConnectionStringError, type ConnectionStringProblem } from "./connection-string-error.ts";
import { DEFAULT_PORT, type Host } from "./connection-string.ts";
import { percentDecode } from "./percent-encoding.ts";

interface Address {
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * The servers that the authority names, or the parameters `host` and `port`, which win. Empty when none is named.
 *
 * @throws ConnectionStringError
 */
export function readHosts(authority: string, host?: readonly string[], port?: readonly string[]): readonly Host[] {
  const named = authority === "" ? [] : authority.split(",").map(readAuthorityHost);
  const replaced = host?.flatMap((value) => value.split(",")).map(readParameterHost);
  const addresses = replaced ?? named;
  const ports = port?.flatMap((value) => value.split(",")) ?? named.map((address) => address.port ?? "");
  return pair(addresses, ports, replaced === undefined);
}

function pair(addresses: readonly Address[], ports: readonly string[], allowUnnamed: boolean): readonly Host[] {
  if (addresses.length === 0)
    return ports.length === 1 && ports[0] !== "" ? [{ host: "localhost", port: readPort(ports[0]) }] : [];
  if (ports.length > 1 && ports.length !== addresses.length) return fail("ports_mismatch");
  return addresses.map((address, index) => {
    if (address.host === "" && !(allowUnnamed && addresses.length === 1)) return fail("host_invalid");
    const port = address.port ?? (ports.length === 1 ? ports[0] : ports[index]);
    return { host: address.host === "" ? "localhost" : address.host, port: readPort(port) };
  });
}

/** Host and port are percent-encoded here, so a socket's folder may stand here too (`%2Fvar%2Frun`). */
function readAuthorityHost(item: string): Address {
  const match = /^(?:\[([^[\]]+)\]|([^[\]:]*))(?::([^:]*))?$/.exec(item) ?? fail("host_invalid");
  const host = percentDecode(match[1] ?? match[2] ?? "") ?? fail("escape_invalid");
  return { host: legal(host), port: match[3] };
}

/** Decoded already. SQLAlchemy writes `name:port` here; two colons or more are an IPv6 address. */
function readParameterHost(item: string): Address {
  if (item.startsWith("/")) return { host: legal(item), port: undefined };
  const match = /^(?:\[([^[\]]+)\]|([^:]*))(?::(\d+))?$/.exec(item);
  return match === null ? { host: legal(item), port: undefined } : { host: legal(match[1] ?? match[2] ?? ""), port: match[3] };
}

/** Folders, names and addresses; anything else would not survive being written again. */
const legalHost = /^(?:\/[^,\0]*|[\p{L}\p{N}._~:%-]*)$/u;

function legal(host: string): string {
  return legalHost.test(host) ? host : fail("host_invalid");
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : fail("port_invalid");
}

function fail(problem: ConnectionStringProblem): never {
  throw new ConnectionStringError(problem);
}
