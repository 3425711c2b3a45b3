import { Secret } from "@praetor/secrets";
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from "pg";
import { take } from "./measure.ts";
import { makeVerifier, verifierMatches } from "./password-verifier.ts";
import { SetupError, type SetupStep } from "./setup-step.ts";

/** The role that the services log in as. */
export interface ServiceRole {
  readonly user: string;
  /** As it is, not percent-encoded. */
  readonly password: Secret;
}

const attributes = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls";

/**
 * Makes the service role, or takes from it what it must not have. The password of a role that exists changes only with
 * `setPassword`.
 *
 * @throws SetupError when the role is the one that is connected
 */
export async function setUpRole(client: Client, role: ServiceRole, setPassword: boolean): Promise<SetupStep[]> {
  const subject = `role ${role.user}`;
  const { rows } = await client.query<{ self: boolean; known: boolean }>(
    "select current_user = $1 as self, exists (select from pg_roles where rolname = $1) as known",
    [role.user],
  );
  if (rows[0]?.self) throw new SetupError("service_is_superuser");
  if (!rows[0]?.known) {
    await client.query(`create role ${escapeIdentifier(role.user)} ${attributes} ${passwordClause(role.password)}`);
    return [{ subject, action: "created" }];
  }
  const kept = await take(client, {
    subject,
    missing: `select not rolcanlogin or rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls
      from pg_roles where rolname = ${escapeLiteral(role.user)}`,
    statements: [`alter role ${escapeIdentifier(role.user)} ${attributes}`],
    action: "repaired",
  });
  return [kept, await setUpPassword(client, role, setPassword)];
}

async function setUpPassword(client: Client, { user, password }: ServiceRole, setPassword: boolean): Promise<SetupStep> {
  const subject = `role ${user}: password`;
  const stored = await storedVerifier(client, user);
  if (stored !== undefined && verifierMatches(stored, user, password) === true) return { subject, action: "kept" };
  if (setPassword) {
    await client.query(`alter role ${escapeIdentifier(user)} ${passwordClause(password)}`);
    return { subject, action: "repaired" };
  }
  const reason = stored === undefined ? "has no password, or one that this role may not compare" : "has another password";
  return { subject, action: "refused", reason, remedy: "give the password that it has, or change it with --set-password" };
}

const passwordClause = (password: Secret) => `password ${escapeLiteral(makeVerifier(password).reveal())}`;

const insufficientPrivilege = "42501";

/** Undefined where the role has none, and where the server shows it to nobody, as managed ones do. */
async function storedVerifier(client: Client, user: string): Promise<Secret | undefined> {
  try {
    const { rows } = await client.query<{ verifier: string | null }>(
      "select rolpassword as verifier from pg_authid where rolname = $1",
      [user],
    );
    const verifier = rows[0]?.verifier;
    return verifier == null ? undefined : Secret.of(verifier);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === insufficientPrivilege) return undefined;
    throw error;
  }
}
