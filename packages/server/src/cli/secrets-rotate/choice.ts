import {
  findTarget,
  type JournalEntry,
  RotationError,
  type RotationTarget,
  rotationTargets,
  targetAges,
} from "@praetor/secrets/rotation";
import { check, type SecretSet } from "@praetor/secrets/sets";
import type { Contract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { durationOf } from "./durations.ts";

/** What is to be rotated, in this order, and what of it cannot be told the age of. */
export interface Choice {
  readonly targets: readonly RotationTarget[];
  readonly ageless: readonly string[];
}

/** What was asked for: the one under way, the one that is named, or all that is due. @throws CommandError, RotationError */
export function choose(given: Given, set: SecretSet, contract: Contract, begun: readonly JournalEntry[]): Choice {
  const [typed] = given.operands;
  const several = given.flags.has("--all") || given.options["--overdue"] !== undefined;
  if (typed !== undefined && several) throw new CommandError("A name and --all exclude each other.", undefined, "usage");
  const named = typed === undefined ? undefined : targetNamed(contract, typed);
  // One that only waits until its old keys may go stands in nobody's way.
  const active = begun.find(({ adopted, direction }) => adopted === undefined || direction === "back");
  const meant = begun.find(({ name }) => name === named?.name) ?? active ?? (several ? undefined : begun[0]);
  const underWay = meant && targetNamed(contract, meant.name);
  if (active !== undefined && named !== undefined && named.name !== active.name) throw unfinished(active.name);
  if (given.flags.has("--abort")) {
    if (underWay === undefined)
      throw new RotationError("rotation_none", "No rotation is under way.", "There is nothing to return from.");
    return { targets: [underWay], ageless: [] };
  }
  if (named !== undefined) return { targets: [named], ageless: [] };
  if (!several && underWay !== undefined) return { targets: [underWay], ageless: [] };
  if (!several) {
    const names = rotationTargets(contract).map(({ name }) => name);
    throw new CommandError("Nothing is named.", `Name one of ${names.join(", ")}, or --all.`, "usage");
  }
  const due = dueOf(given, set, contract);
  const others = due.targets.filter(({ name }) => name !== underWay?.name);
  return { ...due, targets: underWay === undefined ? others : [underWay, ...others] };
}

/** What others gave out is not among them: nobody can make it here. */
function dueOf(given: Given, set: SecretSet, contract: Contract): Choice {
  const ages = targetAges(set, contract, new Date()).filter(({ target }) => target.kind !== "external");
  if (given.options["--overdue"] === undefined) return { targets: ages.map(({ target }) => target), ageless: [] };
  const days = durationOf(given, "--overdue", "") / 86_400;
  return {
    targets: ages.filter(({ ageDays }) => ageDays !== undefined && ageDays >= days).map(({ target }) => target),
    ageless: ages.filter(({ ageDays }) => ageDays === undefined).map(({ target }) => target.name),
  };
}

function targetNamed(contract: Contract, typed: string): RotationTarget {
  const target = findTarget(contract, typed);
  if (target !== undefined) return target;
  const names = rotationTargets(contract).map(({ name }) => name);
  throw new CommandError(`There is no ${typed} to rotate.`, `There are ${names.join(", ")}.`, "usage");
}

function unfinished(name: string): RotationError {
  const remedy = `Finish it with \`praetor secrets rotate ${name}\`, or return to its old value with --abort.`;
  return new RotationError("rotation_unfinished", `The rotation of ${name} is not finished.`, remedy);
}

/** A default or weak password is a reason to rotate it, not one against. */
const welcome: ReadonlySet<string> = new Set(["password_default", "password_weak", "password_reused"]);

/** What is wrong before would stay wrong after. @throws RotationError */
export function requireSound(set: SecretSet, contract: Contract, { name, entries }: RotationTarget): void {
  const found = check(set, contract).filter(
    ({ severity, code, object, key }) =>
      severity === "error" && !welcome.has(code) && entries.some((entry) => entry.object === object && entry.key === key),
  );
  const [first] = found;
  if (first === undefined) return;
  const problem = `${found.length} faults are in the keys of ${name}, the first in ${first.object}/${first.key}: ${first.message}`;
  throw new RotationError("set_faulty", problem, "Mend them first; `praetor secrets check` has them all.");
}
