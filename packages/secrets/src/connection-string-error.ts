const problems = {
  scheme_missing: "begins with no scheme; write postgresql://user:password@host:port/database",
  scheme_unsupported: "names another database; only postgresql://, postgres:// and postgresql+asyncpg:// are supported",
  escape_invalid: "has a % that begins no percent-encoded UTF-8 character; write a % itself as %25",
  login_not_encoded: "has a user or password with a raw @ or /; percent-encode them (@ is %40, / is %2F)",
  host_invalid: "has a host that cannot be read; an IPv6 address stands in brackets, [::1]",
  port_invalid: "has a port that is not a number from 1 to 65535",
  ports_mismatch: "has several ports, but not one for each host",
  parameter_invalid: "has a parameter that is not of the form name=value",
} as const;

export type ConnectionStringProblem = keyof typeof problems;

/** Why a connection string cannot be read. Neither the message nor any other part repeats the string. */
export class ConnectionStringError extends Error {
  readonly code = "connection_string_invalid";
  readonly problem: ConnectionStringProblem;

  constructor(problem: ConnectionStringProblem) {
    super(`The connection string ${problems[problem]}.`);
    this.name = "ConnectionStringError";
    this.problem = problem;
  }
}
