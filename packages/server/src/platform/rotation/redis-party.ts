import { createHash } from "node:crypto";
import type { Secret } from "@praetor/secrets";
import { changedSecret, type Party, RotationError, secretIn, valuesWith } from "@praetor/secrets/rotation";
import type { NewValue, SecretSet } from "@praetor/secrets/sets";
import type { RedisEntry } from "@praetor/topology";
import type { Redis } from "ioredis";
import type { RedisEndpoint } from "../doctor/index.ts";
import { openRedis } from "./redis-session.ts";

export interface RedisLogin {
  readonly username?: string;
  readonly password: Secret;
}

export interface RedisPartyOptions {
  /** Every role whose services log in to this Redis as this user. */
  readonly entries: readonly RedisEntry[];
  readonly endpoint: RedisEndpoint;
  /** Who changes users there, when the services' own user may not. */
  readonly administrator?: RedisLogin;
  readonly read: () => Promise<SecretSet>;
  /** What an earlier run remembered. */
  readonly state: Readonly<Record<string, string | number | boolean>>;
}

/** What a user of Redis keeps of a password. Sent instead of it, so that neither MONITOR nor the slow log shows one. */
const digest = (password: Secret): string => createHash("sha256").update(password.reveal()).digest("hex");

/**
 * One user of one Redis. It can have several passwords, but nobody can see which of them a client gave; so a client counts as one
 * that uses the old one when its connection is older than the new value.
 */
export class RedisParty implements Party {
  readonly sees = true;
  readonly words: Party["words"];
  readonly #options: RedisPartyOptions;
  #state: Readonly<Record<string, string | number | boolean>>;

  constructor(options: RedisPartyOptions) {
    const { host, port, username = "default" } = options.endpoint;
    const user = `user ${username} of ${host}:${port}`;
    this.#options = options;
    this.#state = options.state;
    this.words = {
      introduce: `a second password for ${user}`,
      old: "connections that are older than the new password",
      new: "connections from while the new password was the one",
      retire: `the old password of ${user} is refused`,
      restore: `the old password of ${user} works`,
      withdraw: `the new password of ${user} is refused`,
    };
  }

  get state(): Readonly<Record<string, string | number | boolean>> {
    return this.#state;
  }

  recover(set: SecretSet, before: SecretSet): Secret | undefined {
    return changedSecret(set, before, this.#options.entries);
  }

  async introduce(next: Secret, before: SecretSet): Promise<void> {
    await this.#session(async (redis) => {
      const [had, old] = [await this.#passwords(redis), this.#digests(before)];
      const others = this.#state["otherPasswords"] ?? had.filter((each) => !old.includes(each)).length;
      this.#remember({ otherPasswords: others });
      // Those that an earlier attempt left, which nobody was given.
      const stale = had.filter((each) => !old.includes(each)).slice(Number(others));
      await this.#setUser(redis, [...stale.map((each) => `!${each}`), `#${digest(next)}`]);
      await this.#require(next, true);
      this.#remember(await this.#mark(redis, "delivered"));
    });
  }

  valuesFor(set: SecretSet, next: Secret): NewValue[] {
    return valuesWith(set, this.#options.entries, { secret: next });
  }

  usersOfOld(): Promise<readonly string[]> {
    return this.#clients((id) => id <= this.#idAt("delivered"), "delivered");
  }

  usersOfNew(): Promise<readonly string[]> {
    return this.#clients((id) => id > this.#idAt("delivered") && id <= this.#idAt("returned"), "returned");
  }

  retireFrom(adopted: Date): Date {
    return adopted;
  }

  async retire(next: Secret, before: SecretSet): Promise<void> {
    const old = this.#digests(before).filter((each) => each !== digest(next));
    await this.#session((redis) => this.#setUser(redis, [`#${digest(next)}`, ...old.map((each) => `!${each}`)]));
    await this.#refuse(before, next);
  }

  async restore(before: SecretSet): Promise<void> {
    await this.#session(async (redis) => {
      await this.#setUser(
        redis,
        this.#digests(before).map((each) => `#${each}`),
      );
      // A second attempt must not take those who returned meanwhile for such that did not.
      if (this.#state["returnedRun"] !== (await runOf(redis))) this.#remember(await this.#mark(redis, "returned"));
    });
  }

  valuesBefore(_set: SecretSet, before: SecretSet): NewValue[] {
    return [...before.objects.values()].flatMap(({ entries }) => [...entries.values()]);
  }

  async withdraw(before: SecretSet): Promise<void> {
    const others = this.#state["otherPasswords"];
    // It was stopped before the first password was added.
    if (others === undefined) return;
    await this.#session(async (redis) => {
      const old = this.#digests(before);
      const ours = (await this.#passwords(redis)).filter((each) => !old.includes(each)).slice(Number(others));
      await this.#setUser(
        redis,
        ours.map((each) => `!${each}`),
      );
    });
  }

  #remember(more: Readonly<Record<string, string | number | boolean>>): void {
    this.#state = { ...this.#state, ...more };
  }

  get #user(): string {
    return this.#options.endpoint.username ?? "default";
  }

  #secrets(set: SecretSet): Secret[] {
    return this.#options.entries.flatMap(
      (entry) => secretIn(entry, set.objects.get(entry.object)?.entries.get(entry.key)?.value) ?? [],
    );
  }

  #digests(set: SecretSet): string[] {
    return [...new Set(this.#secrets(set).map(digest))];
  }

  /** A session that may change users: the administrator's, or the services' own with what the set has now. */
  async #session<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const { endpoint, administrator, read } = this.#options;
    const [own] = this.#secrets(await read());
    const login = administrator ?? { ...endpoint, ...(own && { password: own }) };
    const redis = await openRedis(endpoint, login);
    try {
      return await work(redis);
    } catch (error) {
      throw unfit(error, this.#user, endpoint);
    } finally {
      redis.disconnect();
    }
  }

  async #passwords(redis: Redis): Promise<string[]> {
    const answer: unknown = await redis.call("ACL", "GETUSER", this.#user);
    const fields = fieldsOf(answer);
    if (fields.get("flags")?.includes("nopass"))
      throw new RotationError(
        "redis_unfit",
        `User ${this.#user} needs no password, so it has none to rotate.`,
        "Give it one first.",
      );
    return fields.get("passwords") ?? [];
  }

  async #setUser(redis: Redis, rules: readonly string[]): Promise<void> {
    if (rules.length === 0) return;
    await redis.call("ACL", "SETUSER", this.#user, ...rules);
    await persist(redis);
  }

  /** The number of the latest connection: later ones have greater numbers, until Redis itself is started again. */
  async #mark(redis: Redis, name: string): Promise<Readonly<Record<string, string | number>>> {
    const id = Number(await redis.call("CLIENT", "ID"));
    return { [`${name}Id`]: id, [`${name}Run`]: await runOf(redis) };
  }

  #idAt(name: string): number {
    return Number(this.#state[`${name}Id`] ?? 0);
  }

  #clients(isOld: (id: number) => boolean, name: string): Promise<string[]> {
    return this.#session(async (redis) => {
      // Started again since: no connection is older than that.
      if ((await runOf(redis)) !== this.#state[`${name}Run`]) return [];
      const own = Number(await redis.call("CLIENT", "ID"));
      const lines = String(await redis.call("CLIENT", "LIST")).split("\n");
      return lines.map(clientOf).flatMap(({ id, user, text }) => (user === this.#user && id !== own && isOld(id) ? [text] : []));
    });
  }

  async #require(password: Secret, expected: boolean): Promise<void> {
    const { endpoint } = this.#options;
    const works = await openRedis(endpoint, { ...endpoint, password }).then(
      (redis) => (redis.disconnect(), true),
      () => false,
    );
    if (works === expected) return;
    const problem = `${endpoint.host}:${endpoint.port} ${expected ? "refuses the new" : "still takes the old"} password of ${this.#user}.`;
    throw new RotationError("login_failed", problem, "See its ACL, and who else changes it; then run the same command again.");
  }

  async #refuse(before: SecretSet, next: Secret): Promise<void> {
    for (const old of this.#secrets(before)) if (!old.equals(next)) await this.#require(old, false);
  }
}

function unfit(error: unknown, user: string, { host, port }: RedisEndpoint): unknown {
  const text = error instanceof Error ? error.message : "";
  if (!text.startsWith("NOPERM")) return error;
  const remedy = "Name who may: --redis-admin-user and --redis-admin-password.";
  return new RotationError("redis_unfit", `${user} may not change its own password at ${host}:${port}.`, remedy);
}

/** Writes the users to where Redis reads them at its next start. Without a file, its operator must. */
async function persist(redis: Redis): Promise<void> {
  for (const [command, word] of [
    ["ACL", "SAVE"],
    ["CONFIG", "REWRITE"],
  ] as const) {
    try {
      await redis.call(command, word);
      return;
    } catch (error) {
      const text = error instanceof Error ? error.message : "";
      if (/not configured to use an ACL file|NOPERM|unknown command/i.test(text)) continue;
      if (!/without a config file/i.test(text)) throw error;
    }
  }
}

async function runOf(redis: Redis): Promise<string> {
  return /^run_id:(\w+)/m.exec(await redis.info("server"))?.[1] ?? "unknown";
}

/** `flags`, [...], `passwords`, [...], ...: names and their values in turns. */
function fieldsOf(answer: unknown): ReadonlyMap<string, string[]> {
  const parts: unknown[] = Array.isArray(answer) ? answer : [];
  const fields = new Map<string, string[]>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const value: unknown = parts[at + 1];
    if (Array.isArray(value)) fields.set(String(parts[at]), value.map(String));
  }
  return fields;
}

function clientOf(line: string): { id: number; user: string; text: string } {
  const fields = new Map(line.split(" ").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  const name = fields.get("name") ?? "";
  const text = `${name === "" ? "unnamed" : name} at ${fields.get("addr") ?? "?"} for ${fields.get("age") ?? "?"} s`;
  return { id: Number(fields.get("id")), user: fields.get("user") ?? "", text };
}
