import { setTimeout as pause } from "node:timers/promises";
import { openCluster } from "@praetor/secrets/cluster";
import {
  abortRotation,
  clusterKeeper,
  fileKeeper,
  type JournalEntry,
  journalOf,
  type Keeper,
  lockRotation,
  type ReaderOptions,
  rotate,
  type RotationOutcome,
  type RotationTarget,
  rotationTargets,
} from "@praetor/secrets/rotation";
import { resolveReference } from "@praetor/secrets/sets";
import type { RedisLogin } from "../../platform/rotation/index.ts";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { endpointsFor } from "../secrets/endpoints.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor } from "../secrets/input.ts";
import { placeOf } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";
import { choose, requireSound } from "./choice.ts";
import { durationOf } from "./durations.ts";
import { nextSecret, referenceFrom, sourcesFor } from "./next-secret.ts";
import { entriesFor, partyFor, type PartyOptions } from "./parties.ts";

/** `praetor secrets rotate` */
export const run = explained(async (terminal, given) => {
  const work = await prepare(terminal, given);
  const { keeper, options } = work;
  const set = await keeper.read();
  const begun = rotationTargets(options.contract).flatMap(({ name }) => journalOf(keeper, name).read() ?? []);
  const { targets, ageless } = choose(given, set, options.contract, begun);
  for (const name of ageless) terminal.error(`${name}: its age is not known, so it is left out; rotate it by its name.`);
  if (given.flags.has("--dry-run")) return describe(work, targets);
  const unlock = lockRotation(`${keeper.journals}rotation.lock`);
  const done: Done[] = [];
  try {
    for (const target of targets) done.push(await turn(work, target, done));
  } finally {
    unlock();
  }
  if (given.flags.has("--json")) terminal.out(JSON.stringify({ rotations: done }, undefined, 2));
  else for (const line of reportOf(done)) terminal.out(line);
  return "success";
});

interface Work {
  readonly terminal: Terminal;
  readonly given: Given;
  readonly keeper: Keeper;
  readonly options: Omit<PartyOptions, "journal" | "readers">;
  readonly readers: Omit<ReaderOptions, "entries">;
}

async function prepare(terminal: Terminal, given: Given): Promise<Work> {
  const keeper = await keeperFor(terminal, given);
  const options = {
    contract: contractFor(given, await keeper.read()),
    endpoints: endpointsFor(terminal, given),
    administrator: await administratorFor(terminal, given),
    keepDays: durationOf(given, "--keep-old", "30d") / 86_400,
  };
  const readers = {
    keeper,
    timeoutSeconds: durationOf(given, "--timeout", "15m"),
    rereadSeconds: given.options["--rereads"] === undefined ? undefined : durationOf(given, "--rereads", ""),
    restarted: given.flags.has("--restarted"),
    pause: (milliseconds: number) => pause(milliseconds),
    progress: (line: string) => terminal.error(line),
  };
  return { terminal, given, keeper, options, readers };
}

async function keeperFor(terminal: Terminal, given: Given): Promise<Keeper> {
  const typed = given.options["--existing"];
  if (typed === undefined)
    throw new CommandError("--existing is missing.", "Name the file or folder of the set, or `cluster`.", "usage");
  const place = placeOf(terminal, given, typed);
  if (place.kind === "files") return fileKeeper(place.paths[0] ?? typed);
  if (place.kind !== "cluster") {
    const remedy = "Rotate the set in the cluster or in files, then `praetor secrets push` it.";
    throw new CommandError(`A set in ${place.kind} cannot be rotated where it is.`, remedy);
  }
  const cluster = await openCluster(place.target, terminal.environment);
  return clusterKeeper({
    cluster,
    folder: terminal.folder,
    force: given.flags.has("--force-conflicts"),
    progress: (line) => terminal.error(line),
  });
}

async function administratorFor(terminal: Terminal, given: Given): Promise<RedisLogin | undefined> {
  const { "--redis-admin-password": reference, "--redis-admin-user": username } = given.options;
  if (reference === undefined) return undefined;
  const password = await resolveReference(referenceFrom(reference), sourcesFor(terminal, given, terminal.folder));
  return { password, ...(username !== undefined && { username }) };
}

interface Done {
  readonly names: readonly string[];
  readonly state: RotationOutcome["state"] | "covered";
  /** For `waiting`: when the old one may be retired. */
  readonly until?: string;
}

async function turn(work: Work, target: RotationTarget, done: readonly Done[]): Promise<Done> {
  const { terminal, given, keeper, options } = work;
  // Roles that share a user of Redis were rotated with the first of them.
  if (done.some(({ names }) => names.includes(target.name))) return { names: [], state: "covered" };
  const journal = journalOf(keeper, target.name);
  const remembered = journal.read();
  const set = await keeper.read();
  if (remembered === undefined) requireSound(set, options.contract, target);
  const entries = entriesFor(target, options);
  const readers = { ...work.readers, entries };
  const names = target.kind === "redis" ? entries.map(({ key }) => key) : [target.name];
  terminal.error(`${names.join(", ")}${begunOf(remembered)}`);
  const rotation = {
    name: target.name,
    party: await partyFor(target, set, { ...options, readers, journal: remembered }),
    readers,
    journal,
    next: nextSecret(terminal, given, target),
    now: () => new Date(),
    settleSeconds: durationOf(given, "--settle", "10s"),
  };
  const outcome = await (given.flags.has("--abort") ? abortRotation(rotation) : rotate(rotation));
  return { names, state: outcome.state, ...("until" in outcome && { until: outcome.until.toISOString() }) };
}

const begunOf = (journal: JournalEntry | undefined): string =>
  journal === undefined
    ? ""
    : `: under way since ${journal.started}, at ${journal.step}${journal.direction === "back" ? ", going back" : ""}`;

const sentences: Readonly<Record<Exclude<Done["state"], "covered">, string>> = {
  rotated: "rotated: the old value is refused.",
  returned: "is what it was: the new value is refused.",
  waiting: "rotated: the old value is still read",
};

function reportOf(done: readonly Done[]): string[] {
  if (done.length === 0) return ["Nothing is due."];
  return done.flatMap(({ names, state, until }) =>
    state === "covered"
      ? []
      : [
          `${names.join(", ")} ${sentences[state]}${until === undefined ? "" : `, until ${until}; run the same command after that.`}`,
        ],
  );
}

async function describe(
  { terminal, keeper, options, readers, given }: Work,
  targets: readonly RotationTarget[],
): Promise<"success"> {
  const set = await keeper.read();
  const plans = [];
  for (const target of targets) {
    const entries = entriesFor(target, options);
    const { words } = await partyFor(target, set, {
      ...options,
      readers: { ...readers, entries },
      journal: journalOf(keeper, target.name).read(),
    });
    const keys = entries.map(({ object, key }) => `${object}/${key}`);
    const names = [...new Set(entries.flatMap((entry) => entry.readers))];
    plans.push({ name: target.name, introduce: words.introduce, keys, readers: names, retire: words.retire });
  }
  if (given.flags.has("--json")) terminal.out(JSON.stringify({ plans }, undefined, 2));
  else
    for (const { name, introduce, keys, readers: names, retire } of plans) {
      const [count, objects] = [keys.length, [...new Set(keys.map((key) => key.split("/")[0]))]];
      terminal.out(`${name}
  1 introduce: ${introduce}
  2 deliver: ${count} ${count === 1 ? "key" : "keys"} of ${objects.join(", ")} in ${keeper.where}
  3 adopt: ${names.join(", ")}
  4 retire: ${retire}`);
    }
  return "success";
}
