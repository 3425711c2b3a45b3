import { createServer, type Server } from "node:tls";
import type { AddressInfo } from "node:net";
import { parseConnectionString } from "@praetor/secrets";
import { afterEach, describe, expect, inject, test } from "vitest";
import { selfSigned } from "../database/testing/certificate.ts";
import { type Proxy, startProxy } from "../database/testing/proxy.ts";
import { examineTls, reachPort, resolveHost, type TlsExpectation } from "./network.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000);

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A server with a certificate for `localhost`. */
const serve = (until?: Date) => {
  const certificate = selfSigned("localhost", until);
  return listen(createServer({ ...certificate }).on("tlsClientError", () => {})).then((port) => ({ port, certificate }));
};

const verify = (authorities: string): TlsExpectation => ({ mode: "verify", authorities, start: "at once" });
const codes = (findings: readonly { code: string; severity: string }[]) =>
  findings.map(({ code, severity }) => `${severity} ${code}`);

test("a name that nobody has is found, with the host in it", async () => {
  expect(await resolveHost({ host: "localhost", port: 1 })).toEqual([]);
  const [finding] = await resolveHost({ host: "no-such-host.invalid", port: 5432 });
  expect(finding).toMatchObject({ code: "dns_not_found", object: "no-such-host.invalid:5432" });
});

test("a port where nothing listens is found", async () => {
  const { port } = await serve();
  expect(await reachPort({ host: "127.0.0.1", port })).toEqual([]);
  expect(await reachPort({ host: "127.0.0.1", port: 1 })).toMatchObject([
    { code: "tcp_unreachable", remedy: expect.stringContaining("nothing listens there") },
  ]);
});

describe("a certificate", () => {
  test("that its authority signed is well", async () => {
    const { port, certificate } = await serve();
    expect(await examineTls({ host: "localhost", port }, verify(certificate.cert))).toEqual([]);
  });

  test.each([
    ["of no known authority", "localhost", 100, "verify", ["error tls_unverified"], false],
    ["of no known authority, where nobody verifies", "localhost", 100, "prefer", ["note tls_unverified"], false],
    ["of no known authority, where encryption is asked for", "localhost", 100, "require", ["warning tls_unverified"], false],
    ["for another name", "127.0.0.1", 100, "verify", ["error tls_unverified"], true],
    ["that ended", "localhost", -3, "verify", ["error tls_unverified", "error tls_expired"], true],
    ["that ends soon", "localhost", 5, "verify", ["warning tls_expiring"], true],
  ] as const)("%s is found", async (_, host, days, mode, expected, trusted) => {
    const { port, certificate } = await serve(daysFromNow(days));
    const expectation: TlsExpectation = { mode, start: "at once", ...(trusted && { authorities: certificate.cert }) };
    expect(codes(await examineTls({ host, port }, expectation))).toEqual(expected);
  });
});

describe("a PostgreSQL", () => {
  const socket = `${parseConnectionString(inject("postgres")).hosts[0]?.host ?? ""}/.s.PGSQL.5432`;
  const behind = async (proxy: Promise<Proxy>) => {
    const opened = await proxy;
    closing.push(() => opened.close());
    return { host: "localhost", port: opened.port };
  };

  test("that encrypts is asked for it in its own way", async () => {
    const certificate = selfSigned("localhost");
    const address = await behind(startProxy(socket, certificate));
    expect(await examineTls(address, { ...verify(certificate.cert), start: "postgresql" })).toEqual([]);
  });

  test.each([
    ["prefer", "note tls_absent"],
    ["require", "error tls_absent"],
  ] as const)("that does not encrypt is found, for strings that %s it", async (mode, expected) => {
    const address = await behind(startProxy(socket));
    expect(codes(await examineTls(address, { mode, start: "postgresql" }))).toEqual([expected]);
  });
});
