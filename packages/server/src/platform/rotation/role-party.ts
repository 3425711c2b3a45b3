import type { Secret } from "@praetor/secrets";
import {
  changedSecret,
  type Party,
  RotationError,
  type RotationTarget,
  secretOf,
  twinOf,
  valuesWith,
} from "@praetor/secrets/rotation";
import type { NewValue, SecretSet } from "@praetor/secrets/sets";
import type { Contract } from "@praetor/topology";
import { dropOrLock, isTwinOf, roleExists, sessionsOf, setPassword, setUpTwin } from "../database/administration/index.ts";
import { asSuperuser, type DatabaseServer, databaseServers, letsIn } from "./database-servers.ts";

/** Which of a pair of roles has the turn, and which gets it. */
export interface RolePair {
  readonly from: string;
  readonly to: string;
  /** The one of both that has the rights, and as which the other acts. */
  readonly base: string;
  /** Whether `to` is new, and goes again when the rotation is taken back. */
  readonly made: boolean;
}

export interface RolePartyOptions {
  readonly target: RotationTarget;
  readonly contract: Contract;
  /** The set as it is now: the superuser's own login may be what is being rotated. */
  readonly read: () => Promise<SecretSet>;
  readonly pair: RolePair;
  readonly timeoutSeconds: number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const longestName = 63;

/** Which role gets the turn of `from`. @throws RotationError */
export async function pairFor(set: SecretSet, contract: Contract, from: string): Promise<RolePair> {
  const [server] = databaseServers(set, contract, []);
  if (server === undefined) throw new RotationError("secret_missing", "The set names no server of PostgreSQL.", "Complete it.");
  return asSuperuser(server, async (client) => {
    const other = twinOf(from);
    if (other.length < from.length && (await isTwinOf(client, from, other))) return { from, to: other, base: other, made: false };
    const to = `${from}_b`;
    if (Buffer.byteLength(to) > longestName) {
      throw new RotationError("role_unfit", `${to} is longer than a role's name may be.`, "Give the role a shorter name.");
    }
    const known = await roleExists(client, to);
    if (known && !(await isTwinOf(client, to, from))) {
      const remedy = `Rename or drop it: its name is that of the role that takes turns with ${from}.`;
      throw new RotationError("role_unfit", `There is a role ${to} already, made by somebody else.`, remedy);
    }
    return { from, to, base: from, made: !known };
  });
}

/** The servers of PostgreSQL, and a pair of roles that take turns. */
export class RoleParty implements Party {
  readonly state: RolePair & Readonly<Record<string, string | boolean>>;
  readonly sees = true;
  readonly words: Party["words"];
  readonly #options: RolePartyOptions;

  constructor(options: RolePartyOptions) {
    const { from, to, base } = options.pair;
    const rights = to === base ? "which has the rights itself" : `which acts as ${base}`;
    this.#options = options;
    this.state = { ...options.pair };
    this.words = {
      introduce: `role ${to}, ${rights}, with a new password beside ${from}`,
      old: from,
      new: to,
      retire: `${from} gets the new password; the old one is refused`,
      restore: `${from} has its old password`,
      withdraw: `the new password of ${to} is refused`,
    };
  }

  recover(set: SecretSet, before: SecretSet): Secret | undefined {
    return changedSecret(set, before, this.#options.target.entries);
  }

  async introduce(next: Secret, before: SecretSet): Promise<void> {
    const { from, to, base } = this.#options.pair;
    const servers = await this.#servers();
    await requireDoors(servers, from, secretOf(before, this.#options.target.entries));
    const using = await this.#sessions(servers, to);
    if (using.length > 0) {
      const remedy = `Restart them, so that they log in as ${from}; then run the same command again.`;
      throw new RotationError(
        "new_in_use",
        `${using.length} still log in as ${to}, which is about to change: ${using[0]}.`,
        remedy,
      );
    }
    for (const server of servers.filter(({ instance }) => instance === "primary")) {
      await asSuperuser(server, (client) => (to === base ? setPassword(client, to, next) : setUpTwin(client, base, to, next)));
    }
    await this.#everywhere(servers, to, next, true);
  }

  valuesFor(set: SecretSet, next: Secret): NewValue[] {
    return valuesWith(set, this.#options.target.entries, { user: this.#options.pair.to, secret: next });
  }

  async usersOfOld(): Promise<readonly string[]> {
    return this.#sessions(await this.#servers(), this.#options.pair.from);
  }

  async usersOfNew(): Promise<readonly string[]> {
    return this.#sessions(await this.#servers(), this.#options.pair.to);
  }

  retireFrom(adopted: Date): Date {
    return adopted;
  }

  /** Both roles have the new password then: a chart that still names the first one renders strings that work. */
  async retire(next: Secret, before: SecretSet): Promise<void> {
    await this.#set(this.#options.pair.from, next, secretOf(before, this.#options.target.entries));
  }

  async restore(before: SecretSet): Promise<void> {
    const old = secretOf(before, this.#options.target.entries);
    if (old !== undefined) await this.#set(this.#options.pair.from, old, undefined);
  }

  valuesBefore(set: SecretSet, before: SecretSet): NewValue[] {
    const secret = secretOf(before, this.#options.target.entries);
    return secret === undefined ? [] : valuesWith(set, this.#options.target.entries, { user: this.#options.pair.from, secret });
  }

  async withdraw(before: SecretSet): Promise<void> {
    const { to, made } = this.#options.pair;
    const old = secretOf(before, this.#options.target.entries);
    const servers = await this.#servers();
    for (const server of servers.filter(({ instance }) => instance === "primary")) {
      await asSuperuser(server, async (client) => {
        if (made || old === undefined) await dropOrLock(client, to);
        else await setPassword(client, to, old);
      });
    }
  }

  /** Gives a role a password on every primary, and waits until every server takes it, and refuses the one before. */
  async #set(role: string, password: Secret, refused: Secret | undefined): Promise<void> {
    const servers = await this.#servers();
    for (const server of servers.filter(({ instance }) => instance === "primary")) {
      const [door] = server.doors;
      if (door !== undefined && (await letsIn(door, role, password))) continue;
      await asSuperuser(server, (client) => setPassword(client, role, password));
    }
    await this.#everywhere(servers, role, password, true);
    if (refused !== undefined && !refused.equals(password)) await this.#everywhere(servers, role, refused, false);
  }

  /** Waits until every server, standbys too, lets the role in by every database, or refuses it. */
  async #everywhere(servers: readonly DatabaseServer[], role: string, password: Secret, expected: boolean): Promise<void> {
    const deadline = performance.now() + this.#options.timeoutSeconds * 1000;
    for (const { name, doors } of servers) {
      for (const door of doors) {
        while ((await letsIn(door, role, password)) !== expected) {
          if (performance.now() > deadline) throw notThere(name, role, expected);
          await this.#options.pause(100);
        }
      }
    }
  }

  async #sessions(servers: readonly DatabaseServer[], role: string): Promise<string[]> {
    const found = await Promise.all(servers.map((server) => asSuperuser(server, (client) => sessionsOf(client, role))));
    return found.flatMap((sessions, index) => sessions.map((session) => `${session} on ${servers[index]?.name}`));
  }

  async #servers(): Promise<DatabaseServer[]> {
    const { read, contract, target } = this.#options;
    return databaseServers(await read(), contract, target.entries);
  }
}

/** What does not work before a rotation would be blamed on it. */
async function requireDoors(servers: readonly DatabaseServer[], role: string, password: Secret | undefined): Promise<void> {
  for (const { name, doors } of servers) {
    for (const door of doors) {
      if (password !== undefined && (await letsIn(door, role, password))) continue;
      const problem = `${name} does not let ${role} in to ${door.database ?? "its database"} with the password of the set.`;
      throw new RotationError("login_failed", problem, "Mend that first: `praetor secrets doctor` says what is wrong.");
    }
  }
}

function notThere(name: string, role: string, expected: boolean): RotationError {
  if (!expected)
    return new RotationError(
      "login_failed",
      `${name} still takes the old password of ${role}.`,
      "A standby may be behind, or pg_hba.conf asks for no password: mend that and run the same command again.",
    );
  const remedy =
    "A standby may be behind, or pg_hba.conf or a pooler's list of users names roles one by one: let this one in, too.";
  return new RotationError("login_failed", `${name} refuses ${role} with its new password.`, remedy);
}
