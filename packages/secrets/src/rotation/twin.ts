import { evidenceOf } from "../check/evidence.ts";
import type { Facts } from "../facts/facts.ts";
import type { SecretSet } from "../set/secret-set.ts";
import { secretsContract } from "@praetor/topology";

const ending = "_b";

/**
 * The other role of a pair that takes turns: `prefect` and `prefect_b`. The first has the rights; the second logs in and acts as
 * the first. While nothing is being rotated, both have the same password.
 */
export function twinOf(role: string): string {
  return role.endsWith(ending) ? role.slice(0, -ending.length) : `${role}${ending}`;
}

/** Facts as they are after rotations: where an existing set names the twin of a role, that one's turn it is. */
export function factsInTurn(facts: Facts, existing: SecretSet): Facts {
  const { users } = evidenceOf(existing, secretsContract(facts.contract));
  const turn = (user: keyof Facts["users"]) => {
    const role = facts.users[user];
    return users[user] === twinOf(role.name) ? { ...role, name: users[user] } : role;
  };
  return { ...facts, users: { service: turn("service"), super: turn("super") } };
}
