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

export interface RoleOptions {
  /** Gives the role this password even if it has another one. */
  readonly setPassword: boolean;
  /** Whether the role can log in; asked where the server shows nobody what it stores. */
  readonly opens: (role: ServiceRole) => Promise<boolean>;
}

const attributes = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls";

/**
 * Makes the service role, or takes from it what it must not have. The password of a role that exists changes only with
 * `setPassword`.
 *
 * @throws SetupError when the role is the one that is connected
 */
export async function setUpRole(client: Client, role: ServiceRole, options: RoleOptions): Promise<SetupStep[]> {
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
  return [kept, await setUpPassword(client, role, options)];
}

async function setUpPassword(client: Client, role: ServiceRole, { setPassword, opens }: RoleOptions): Promise<SetupStep> {
  const { user, password } = role;
  const subject = `role ${user}: password`;
  const stored = await storedVerifier(client, user);
  const matches =
    stored === "hidden" ? await opens(role) : stored !== undefined && verifierMatches(stored, user, password) === true;
  if (matches) return { subject, action: "kept" };
  if (setPassword) {
    await client.query(`alter role ${escapeIdentifier(user)} ${passwordClause(password)}`);
    return { subject, action: "repaired" };
  }
  const reason = stored === undefined ? "has no password" : "has another password";
  return { subject, action: "refused", reason, remedy: "give the password that it has, or change it with --set-password" };
}

/** What gives a role a password without sending it. */
export const passwordClause = (password: Secret): string => `password ${escapeLiteral(makeVerifier(password).reveal())}`;

const insufficientPrivilege = "42501";

/** Undefined where the role has none; managed servers show it to nobody. */
async function storedVerifier(client: Client, user: string): Promise<Secret | "hidden" | undefined> {
  try {
    const { rows } = await client.query<{ verifier: string | null }>(
      "select rolpassword as verifier from pg_authid where rolname = $1",
      [user],
    );
    const verifier = rows[0]?.verifier;
    return verifier == null ? undefined : Secret.of(verifier);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === insufficientPrivilege) return "hidden";
    throw error;
  }
}
