import type { ContractEntry } from "@praetor/topology";
import { ageOf } from "../lifecycle/due.ts";
import { annotationNames } from "../render/manifest.ts";
import type { Secret } from "../secret.ts";
import type { SecretSet } from "../set/secret-set.ts";
import type { JournalEntry, Journal, RotationStep } from "./journal.ts";
import { partOf } from "./keeper.ts";
import type { Party } from "./party.ts";
import { type ReaderOptions, renewReaders } from "./readers.ts";
import { RotationError } from "./rotation-error.ts";
import { targetNameOf } from "./target.ts";
import { secretOf } from "./values.ts";

export interface RotationOptions {
  /** The name of what is rotated. */
  readonly name: string;
  readonly party: Party;
  /** The set, the keys of it that hold the secret, and how those who read them come to read them again. */
  readonly readers: ReaderOptions;
  readonly journal: Journal;
  /** Makes or fetches the new secret; asked again when a rotation was stopped before anybody was given it. */
  readonly next: (current: Secret) => Promise<Secret>;
  readonly now: () => Date;
  /** How long nobody may have been seen to use the old secret before it is retired. */
  readonly settleSeconds: number;
}

/** `waiting`: all is done but for retiring, which has to wait until a date. */
export type RotationOutcome = { readonly state: "rotated" | "returned" } | { readonly state: "waiting"; readonly until: Date };

/** Begins a rotation, or goes on with the one that the journal remembers, to its end. @throws RotationError */
export async function rotate(options: RotationOptions): Promise<RotationOutcome> {
  const entry = options.journal.read();
  if (entry === undefined) {
    // Where there is no new secret to be had, or nowhere to deliver it, nothing has begun.
    await options.readers.keeper.requireOurs?.(options.readers.entries);
    const next = await options.next(currentOf(await options.readers.keeper.read(), options));
    return goForward(options, await begin(options), next);
  }
  if (entry.step === "finish") return finish(options, entry);
  return entry.direction === "back" ? goBack(options, entry) : goForward(options, entry);
}

/** Returns to the old secret, however far the rotation has come. @throws RotationError when none is under way. */
export async function abortRotation(options: RotationOptions): Promise<RotationOutcome> {
  const entry = options.journal.read();
  if (entry === undefined || (entry.step === "finish" && entry.direction === "forward")) {
    if (entry !== undefined) await finish(options, entry);
    throw new RotationError("rotation_none", "No rotation is under way.", "To replace a secret once more, rotate it again.");
  }
  return entry.step === "finish" ? finish(options, entry) : goBack(options, entry);
}

async function begin({ name, readers: { keeper, entries }, journal, party, now }: RotationOptions): Promise<JournalEntry> {
  const { where } = keeper;
  if ((await keeper.previous(name)) !== undefined) throw elsewhere(where);
  const [direction, step] = ["forward", "introduce"] as const;
  const dated = datedOf(await keeper.read(), entries);
  const entry: JournalEntry = {
    version: 1,
    name,
    where,
    started: now().toISOString(),
    ...(dated !== undefined && { dated }),
    direction,
    step,
    party: party.state,
  };
  await journal.write(entry);
  return entry;
}

async function goForward(options: RotationOptions, begun: JournalEntry, made?: Secret): Promise<RotationOutcome> {
  const { journal, party, readers } = options;
  const { keeper, entries, progress } = readers;
  let entry = begun;
  const reach = async (step: RotationStep, more: Partial<JournalEntry> = {}) => {
    entry = { ...entry, ...more, step, party: party.state };
    await journal.write(entry);
  };
  const before = await previousOf(options);
  let next = party.recover(await keeper.read(), before);
  // Stopped before the first key had the new secret: nobody has it, and it is not known any more.
  if (next === undefined && entry.step !== "introduce") await reach("introduce");
  if (entry.step === "introduce") {
    next ??= made ?? (await options.next(currentOf(before, options)));
    progress(`1/4 introduce: ${party.words.introduce}`);
    await party.introduce(next, before);
    await reach("deliver");
  }
  if (next === undefined) throw lost(options);
  if (entry.step === "deliver") {
    progress(`2/4 deliver: ${entries.length} ${entries.length === 1 ? "key" : "keys"} in ${keeper.where}`);
    await keeper.write(party.valuesFor(await keeper.read(), next, before), datesOf(entries, options.now().toISOString()));
    await reach("adopt");
  }
  if (entry.step === "adopt") {
    await adopt(options, "3/4 adopt", party.words.old, () => party.usersOfOld());
    await reach("retire", { adopted: options.now().toISOString() });
  }
  const until = party.retireFrom(new Date(entry.adopted ?? entry.started));
  if (until > options.now()) return { state: "waiting", until };
  progress(`4/4 retire: ${party.words.retire}`);
  await party.retire(next, before);
  await reach("finish");
  return finish(options, entry);
}

async function goBack(options: RotationOptions, begun: JournalEntry): Promise<RotationOutcome> {
  const { journal, party, readers } = options;
  const { keeper, entries, progress } = readers;
  const entry = { ...begun, direction: "back" } as const;
  const before = await previousOf(options);
  const set = await keeper.read();
  const next = party.recover(set, before);
  progress(`1/3 restore: ${party.words.restore}`);
  await party.restore(before);
  await journal.write({ ...entry, party: party.state });
  // Keys that are the old ones again may have been the new ones before: this can be a second attempt.
  if (next !== undefined || begun.direction === "back" || begun.step !== "introduce") {
    progress(`2/3 deliver: the old values of ${entries.length} ${entries.length === 1 ? "key" : "keys"} in ${keeper.where}`);
    await keeper.write(party.valuesBefore(set, before, next), datesOf(entries, begun.dated ?? "unknown"));
    await adopt(options, "2/3 adopt", party.words.new, () => party.usersOfNew());
  }
  progress(`3/3 withdraw: ${party.words.withdraw}`);
  await party.withdraw(before);
  const done = { ...entry, step: "finish", party: party.state } as const;
  await journal.write(done);
  return finish(options, done);
}

/** Waits until those who read the keys have their new values, and nobody has been seen with the others for a while. */
async function adopt(
  { party, readers, settleSeconds }: RotationOptions,
  step: string,
  what: string,
  users: () => Promise<readonly string[]>,
): Promise<void> {
  const { keeper, timeoutSeconds, pause, progress } = readers;
  const deadline = performance.now() + timeoutSeconds * 1000;
  if (!party.sees) {
    progress(`${step}: whoever reads ${keeper.where} reads it again`);
    return renewReaders(readers);
  }
  if (keeper.restart === undefined) progress(`${step}: restart what reads ${keeper.where}, unless it reads it again by itself`);
  else await keeper.restart(readers.entries, timeoutSeconds);
  let quietSince: number | undefined;
  let told = "";
  for (;;) {
    const seen = await users();
    const line = seen.length === 0 ? `nobody uses ${what}` : `${seen.length} still use ${what}: ${some(seen)}`;
    if (line !== told) progress(`${step}: ${line}`);
    told = line;
    const now = performance.now();
    quietSince = seen.length === 0 ? (quietSince ?? now) : undefined;
    if (quietSince !== undefined && now - quietSince >= settleSeconds * 1000) return undefined;
    if (quietSince === undefined && now > deadline) throw inUse(what, seen);
    await pause(pollMilliseconds);
  }
}

const pollMilliseconds = 250;
const shown = 5;

const some = (seen: readonly string[]): string =>
  seen.length > shown ? `${seen.slice(0, shown).join("; ")} and ${seen.length - shown} more` : seen.join("; ");

function inUse(what: string, seen: readonly string[]): RotationError {
  const remedy =
    "Restart them, and run the same command again: it goes on from here. Both values work until then; --abort returns to the old one.";
  return new RotationError("old_in_use", `${seen.length} still use ${what}: ${some(seen)}.`, remedy);
}

/** What the keys had before the rotation; kept when nothing has been changed yet. */
async function previousOf({ name, readers: { keeper, entries } }: RotationOptions): Promise<SecretSet> {
  const kept = await keeper.previous(name);
  if (kept !== undefined) return kept;
  const before = partOf(await keeper.read(), entries);
  await keeper.keepPrevious(name, before);
  return before;
}

function currentOf(set: SecretSet, { name, readers: { entries, keeper } }: RotationOptions): Secret {
  const secret = secretOf(set, entries);
  if (secret !== undefined) return secret;
  const remedy = "Put one in with `praetor secrets render`.";
  throw new RotationError("secret_missing", `${keeper.where} has no value for ${name} that could be replaced.`, remedy);
}

/** All that is replaced together has the same date. */
function datesOf(entries: readonly ContractEntry[], date: string): Readonly<Record<string, string>> {
  const names = new Set(entries.map(targetNameOf));
  return Object.fromEntries([...names].map((name) => [`${annotationNames.rotatedAt}.${name}`, date]));
}

/** The date that the oldest of the keys has, so that it is as old again when a rotation is taken back. */
function datedOf(set: SecretSet, entries: readonly ContractEntry[]): string | undefined {
  const dates = entries.flatMap((entry) => {
    const object = set.objects.get(entry.object);
    return object === undefined ? [] : [ageOf(object, new Date(), [targetNameOf(entry)]).rotatedAt];
  });
  const known = dates.filter((date) => date !== undefined).toSorted();
  return known.length < dates.length ? undefined : known[0];
}

async function finish(
  { name, readers: { keeper }, journal }: RotationOptions,
  { direction }: JournalEntry,
): Promise<RotationOutcome> {
  await keeper.forgetPrevious(name);
  await journal.remove();
  return { state: direction === "forward" ? "rotated" : "returned" };
}

function lost({ readers: { keeper } }: RotationOptions): RotationError {
  const remedy = "Somebody else has changed it. Return to the old value with --abort.";
  return new RotationError("value_lost", `${keeper.where} does not hold the new value any more.`, remedy);
}

function elsewhere(where: string): RotationError {
  const problem = `A rotation of ${where} was begun elsewhere: what it had before is kept there, and the journal is not here.`;
  const remedy =
    "Go on where it was begun; or, if that is lost, remove what is kept, after looking which of both values the set has.";
  return new RotationError("rotation_unfinished", problem, remedy);
}
