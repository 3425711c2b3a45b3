import type { AddressInfo } from "node:net";
import { Secret } from "@praetor/secrets";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { selfSigned } from "../database/testing/certificate.ts";
import { examineMail } from "./mail.ts";
import type { MailTarget } from "./targets.ts";

const servers: SMTPServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve)))));

/** A mail server that knows one user. */
async function start(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    ...options,
    onAuth: ({ username, password }, _, answer) =>
      username === "mailer" && password === "c4nary" ? answer(null, { user: username }) : answer(new Error("no")),
  });
  servers.push(server);
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return (server.server.address() as AddressInfo).port;
}

const target = (port: number, more: Partial<MailTarget> = {}): MailTarget => ({
  object: "external-service-secrets",
  key: "smtp-password",
  host: "127.0.0.1",
  port,
  username: "mailer",
  password: Secret.of("c4nary"),
  tls: "none",
  ...more,
});
const plain: SMTPServerOptions = { allowInsecureAuth: true, hideSTARTTLS: true, disabledCommands: ["STARTTLS"] };
const codesOf = async (examined: MailTarget) => (await examineMail(examined)).map(({ severity, code }) => `${severity} ${code}`);

test.each<[what: string, server: SMTPServerOptions, more: Partial<MailTarget>, expected: string[]]>([
  ["the right password, in clear", plain, {}, ["warning mail_plain"]],
  ["another password", plain, { password: Secret.of("other") }, ["error mail_login_refused"]],
  ["no TLS where it is asked for", plain, { tls: "starttls" }, ["error mail_tls_failed"]],
  [
    "a certificate of nobody known",
    { ...selfSigned("localhost") },
    { tls: "starttls", host: "localhost" },
    ["error mail_tls_failed"],
  ],
])("%s", async (_, server, more, expected) => {
  expect(await codesOf(target(await start(server), more))).toEqual(expected);
});

test("a mail server that is not there", async () => {
  const [finding] = await examineMail(target(1));
  expect(finding).toMatchObject({ code: "mail_unreachable", key: "smtp-password" });
});

test("no finding holds the password", async () => {
  const findings = await examineMail(target(await start(plain), { username: "nobody" }));
  expect(findings).toHaveLength(1);
  expect(JSON.stringify(findings)).not.toMatch(/c4nary|YzRuYXJ5/);
});
