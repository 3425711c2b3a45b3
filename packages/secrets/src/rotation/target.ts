import type { Contract, ContractEntry, DatabaseUser } from "@praetor/topology";

/** Something that is rotated as one: a role of PostgreSQL, the password of a Redis role, a list of keys, or what a party gave out. */
export interface RotationTarget {
  /** As it is typed: `serviceUser`, or a key of the contract. */
  readonly name: string;
  readonly kind: "role" | "redis" | "keyring" | "external";
  /** For roles. */
  readonly user?: DatabaseUser;
  /** The keys whose values hold it. */
  readonly entries: readonly ContractEntry[];
}

/** The name of the target that a key belongs to. */
export function targetNameOf(entry: ContractEntry): string {
  if (!("user" in entry)) return entry.key;
  return entry.user === "service" ? "serviceUser" : "superUser";
}

const users = [
  ["serviceUser", "service"],
  ["superUser", "super"],
] as const;

/** Everything of a contract that can be rotated, in the order in which `--all` takes it. */
export function rotationTargets({ entries }: Contract): RotationTarget[] {
  const roles = users.map(([name, user]): RotationTarget => {
    const own = entries.filter((entry) => "user" in entry && entry.user === user);
    return { name, kind: "role", user, entries: own };
  });
  const others = entries.flatMap((entry): RotationTarget[] =>
    entry.kind === "connection" || entry.kind === "password" ? [] : [{ name: entry.key, kind: entry.kind, entries: [entry] }],
  );
  return [...roles, ...others];
}

/** The target that somebody named: by its name, as `Secret/key`, or as facts do (`redis.cache`). */
export function findTarget(contract: Contract, typed: string): RotationTarget | undefined {
  const name = typed.replace(/^(redis\.|[a-z-]+\/)/, "");
  return rotationTargets(contract).find((target) => target.name === name);
}
