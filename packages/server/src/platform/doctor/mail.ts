import { createTransport } from "nodemailer";
import type { Finding } from "../finding.ts";
import { codesOf } from "./check.ts";
import type { MailTarget } from "./targets.ts";

/** Logs in to the mail server and sends nothing. */
export async function examineMail(target: MailTarget): Promise<Finding[]> {
  const { host, port, username, password, tls } = target;
  const transport = createTransport({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 8000,
    ...(username !== undefined && { auth: { user: username, pass: password?.reveal() ?? "" } }),
  });
  try {
    await transport.verify();
    return plainFindings(target);
  } catch (error) {
    return [refusal(target, error)];
  } finally {
    transport.close();
  }
}

function plainFindings({ object, key, tls, username }: MailTarget): Finding[] {
  if (tls !== "none" || username === undefined) return [];
  const message = "the password crosses the network as it is: TLS is switched off";
  return [{ severity: "warning", code: "mail_plain", object, key, message, remedy: "use STARTTLS (port 587) or TLS (port 465)" }];
}

type Refusal = readonly [code: string, message: string, remedy: string];

/** The driver's codes. */
const refusals: Readonly<Record<string, Refusal>> = {
  EAUTH: [
    "mail_login_refused",
    "the mail server refuses user or password",
    "give the password that the server has for this user; some want one made for applications",
  ],
  ETLS: [
    "mail_tls_failed",
    "the mail server offers no TLS, or its certificate does not verify",
    "check the server's certificate, and whether the port is for STARTTLS or for TLS",
  ],
  ESOCKET: [
    "mail_tls_failed",
    "TLS with the mail server cannot be agreed on, or the connection broke",
    "check the server's certificate, and whether the port is for STARTTLS or for TLS",
  ],
  EDNS: ["mail_unreachable", "the mail server's name has no address here", "correct the host of the mail server"],
  ECONNREFUSED: ["mail_unreachable", "nothing listens at the mail server's port", "correct host and port, or start the server"],
  ETIMEDOUT: ["mail_unreachable", "the mail server does not answer", "open the firewall for its port; many networks close 25"],
  ECONNECTION: ["mail_unreachable", "the mail server cannot be reached", "check host and port, and the way to it"],
};

function refusal({ object, key, host, port }: MailTarget, error: unknown): Finding {
  // Whatever a socket fails with has one code of the driver; only the system call tells a closed port from bad TLS.
  const unreached = error instanceof Error && "syscall" in error && error.syscall === "connect";
  const codes = unreached ? ["ECONNECTION"] : codesOf(error);
  const known = codes.map((code) => refusals[code]).find((each) => each !== undefined);
  const [code, message, remedy] = known ?? [
    "mail_failed",
    `the login failed (${codes[0] ?? "unknown"})`,
    "see the mail server's log",
  ];
  return { severity: "error", code, object, key, message: `${host}:${port}: ${message}`, remedy };
}
