import type { Contract, ContractEntry } from "@praetor/topology";
import { isPreparedAlike } from "../prepared-password.ts";
import type { Secret } from "../secret.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import { type Expectation, nameOf } from "./expectation.ts";
import type { Diagnosis } from "./finding.ts";
import { isDefaultPassword, weaknessOf } from "./strength.ts";

interface Holder {
  /** The key under which the password is reported: the first that holds it. */
  readonly entry: ContractEntry;
  readonly whose: string;
  readonly password: Secret;
  /** Roles of Redis may share one instance, and so one password. */
  readonly group: string;
}

/** Passwords that are right in form and still bad: weak ones, those that products come with, those used twice. */
export function diagnosePasswords(set: SecretSet, contract: Contract, expectation: Expectation): [ContractEntry, Diagnosis][] {
  const holders = holdersOf(set, contract, expectation);
  return holders.flatMap((holder, index) =>
    diagnose(holder, holders.slice(0, index)).map((each): [ContractEntry, Diagnosis] => [holder.entry, each]),
  );
}

function holdersOf(set: SecretSet, { entries }: Contract, { passwords }: Expectation): Holder[] {
  const present = entries.filter(({ object, key }) => entryOf(set, object, key) !== undefined);
  const users = (["service", "super"] as const).flatMap((user): Holder[] => {
    const own = present.filter((each) => "user" in each && each.user === user);
    const entry = own.find(({ kind }) => kind === "password") ?? own[0];
    const password = passwords[user];
    return entry === undefined || password === undefined ? [] : [{ entry, whose: nameOf(user), password, group: user }];
  });
  const others = present.flatMap((entry): Holder[] => {
    const password = entryOf(set, entry.object, entry.key)?.value;
    if (entry.kind === "connection" || entry.kind === "password" || password === undefined || password.reveal().trim() === "")
      return [];
    return [{ entry, whose: entry.purpose, password, group: entry.kind === "redis" ? "redis" : entry.key }];
  });
  return [...users, ...others];
}

function diagnose({ entry, whose, password, group }: Holder, earlier: readonly Holder[]): Diagnosis[] {
  const replace = "Give it one of its own, made at random: `generate` in the facts makes 256 bits.";
  const text = password.reveal();
  const twin = earlier.find((other) => other.group !== group && other.password.equals(password));
  const reused: Diagnosis[] = twin
    ? [
        {
          code: "password_reused",
          message: `The password of ${whose} is also that of ${twin.whose} (${twin.entry.object}/${twin.entry.key}).`,
          remedy: replace,
        },
      ]
    : [];
  if (entry.kind === "keyring") return reused;
  if ("user" in entry && !isPreparedAlike(text)) return [ambiguous(whose, text), ...reused];
  if (isDefaultPassword(text))
    return [
      { code: "password_default", message: `The password of ${whose} is one that products come with.`, remedy: replace },
      ...reused,
    ];
  // What a provider gave out cannot be made stronger here.
  const weakness = entry.kind === "external" && entry.party !== "smtp" ? undefined : weaknessOf(text);
  return [
    ...(weakness
      ? [{ code: "password_weak", message: `The password of ${whose} is weak: ${weakness}.`, remedy: replace } as const]
      : []),
    ...reused,
  ];
}

function ambiguous(whose: string, text: string): Diagnosis {
  const at = Array.from(text).findIndex((character, index, all) => !isPreparedAlike(`${character}${all[index + 1] ?? ""}`)) + 1;
  const message = `The password of ${whose} has a character that clients of PostgreSQL prepare in different ways (character ${at}): some of them may be refused with it.`;
  const remedy =
    "Give it one without ligatures, fractions, combining marks and special spaces: `generate` in the facts makes one.";
  return { code: "password_ambiguous", message, remedy };
}
