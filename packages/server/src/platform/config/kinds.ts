import { homedir } from "node:os";
import { resolve } from "node:path";
import { Secret } from "@praetor/secrets";

/** How a text (environment, command line) or a TOML value becomes a typed value, and how that value is shown. */
export interface Kind<T> {
  /** What the documentation calls it, and what an error says was expected. */
  readonly label: string;
  /** The typed value, or undefined when the input is not of this kind. */
  read(input: unknown): T | undefined;
  print(value: T): string;
  /** Why an input was refused, where its label does not say enough. */
  why?(input: unknown): string;
  /** The input must not be shown, not even in an error. */
  readonly secret?: true;
}

const trimmed = (input: unknown): string | undefined => (typeof input === "string" ? input.trim() : undefined);

export const text: Kind<string> = {
  label: "text",
  read: (input) => (typeof input === "string" ? input : undefined),
  print: (value) => value,
};

export const secret: Kind<Secret> = {
  label: "secret text",
  read: (input) => (typeof input === "string" ? Secret.of(input) : undefined),
  print: String,
  secret: true,
};

/** A folder or file; `~` is the home folder, and a relative path starts at the current folder. */
export const path: Kind<string> = {
  label: "path",
  read: (input) => {
    const written = trimmed(input);
    return written ? resolve(written.replace(/^~(?=$|\/)/, homedir())) : undefined;
  },
  print: (value) => value,
};

const truths = new Map<unknown, boolean>([
  ...["true", "t", "yes", "y", "on", "1", 1, true].map((word) => [word, true] as const),
  ...["false", "f", "no", "n", "off", "0", 0, false].map((word) => [word, false] as const),
]);

export const boolean: Kind<boolean> = {
  label: "true or false",
  read: (input) => truths.get(trimmed(input)?.toLowerCase() ?? input),
  print: String,
};

interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

function bounds({ minimum, maximum }: Range): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  return minimum === undefined ? "" : `, at least ${minimum}`;
}

function within(value: number, { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Range): boolean {
  return Number.isFinite(value) && value >= minimum && value <= maximum;
}

function numberOf(input: unknown): number {
  if (typeof input === "number") return input;
  const written = trimmed(input);
  return written && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written) : Number.NaN;
}

export function integer(range: Range = {}): Kind<number> {
  return {
    label: `integer${bounds(range)}`,
    read: (input) => {
      const value = numberOf(input);
      return Number.isSafeInteger(value) && within(value, range) ? value : undefined;
    },
    print: String,
  };
}

const clockForm = /^(?:(\d+)(?: days?,)? )?(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$/;
const isoForm = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of the forms that operators already write: `90`, `1.5`, `1:00:00`, `7 00:00:00`, `PT1H30M`. */
function secondsOf(input: unknown): number {
  const parts = trimmed(input)?.match(clockForm) ?? trimmed(input)?.toUpperCase().match(isoForm);
  if (!parts || parts.slice(1).every((part) => part === undefined)) return numberOf(input);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** A length of time, in seconds. */
export function seconds(range: Range = { minimum: 0 }): Kind<number> {
  return {
    label: `seconds${bounds(range)}`,
    read: (input) => {
      const value = secondsOf(input);
      return within(value, range) ? value : undefined;
    },
    print: String,
  };
}

/** One word of a closed list; `synonyms` maps other spellings, in lower case, to a word of the list. */
export function choice<const T extends string>(words: readonly T[], synonyms: Readonly<Record<string, T>> = {}): Kind<T> {
  return {
    label: words.join(", "),
    read: (input) => {
      const written = trimmed(input)?.toLowerCase() ?? "";
      return words.find((word) => word === written) ?? synonyms[written];
    },
    print: (value) => value,
  };
}

/** Words separated by commas, or a TOML array of them. */
export const words: Kind<readonly string[]> = {
  label: "words separated by commas",
  read: (input) => {
    const list: unknown = typeof input === "string" ? input.split(",") : input;
    if (!Array.isArray(list) || !list.every((word) => typeof word === "string")) return undefined;
    return list.map((word) => word.trim()).filter((word) => word !== "");
  },
  print: (value) => value.join(","),
};

/** A setting that may be absent; nothing in the environment means absent, so only `null`'s printing needs a rule. */
export function optional<T>(kind: Kind<T>): Kind<T | null> {
  return { ...kind, print: (value) => (value === null ? "" : kind.print(value)) };
}
