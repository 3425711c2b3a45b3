import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** In the order in which they migrate; none refers to another. */
export const domains = ["orion", "events", "nebula"] as const;

export type Domain = (typeof domains)[number];

/** One step of one domain's schema. */
export interface Migration {
  readonly domain: Domain;
  readonly number: number;
  /** `0001_runs` of `0001_runs.sql`. */
  readonly name: string;
  readonly sql: string;
  /** Of the text, whatever its line ends. */
  readonly checksum: string;
  /** False when the first line is `--! no-transaction`: its statements run one by one, and must bear repetition. */
  readonly transactional: boolean;
}

/** The texts by `domain/name.sql`. The bundler defines it, since a bundle has no files beside it. */
declare const PRAETOR_MIGRATIONS: Readonly<Record<string, string>> | undefined;

/** All migrations, by domain and number. @throws when a name or number is wrong or taken */
export function loadMigrations(
  texts = typeof PRAETOR_MIGRATIONS === "undefined" ? readMigrationTexts() : PRAETOR_MIGRATIONS,
): readonly Migration[] {
  const migrations = Object.entries(texts).map(([path, text]) => toMigration(path, text));
  const order = (migration: Migration) => domains.indexOf(migration.domain) * 1e6 + migration.number;
  const sorted = migrations.toSorted((one, other) => order(one) - order(other));
  const twice = sorted.find((migration, index) => index > 0 && order(migration) === order(sorted[index - 1] ?? migration));
  if (twice) throw new Error(`Two migrations of ${twice.domain} have the number ${twice.number}.`);
  return sorted;
}

/** The files beside each domain's code: for development, and for the bundler to define `PRAETOR_MIGRATIONS` with. */
export function readMigrationTexts(): Readonly<Record<string, string>> {
  const source = new URL("../../../", import.meta.url);
  const entries = domains.flatMap((domain) => {
    const folder = new URL(`${domain}/migrations/`, source);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
    return names.map((name) => [`${domain}/${name}`, readFileSync(new URL(name, folder), "utf8")] as const);
  });
  return Object.fromEntries(entries);
}

function toMigration(path: string, text: string): Migration {
  const match = /^(\w+)\/((\d{4})_[a-z0-9_]+)\.sql$/.exec(path);
  const domain = domains.find((each) => each === match?.[1]);
  if (match === null || domain === undefined) throw new Error(`The migration ${path} is not named domain/NNNN_name.sql.`);
  const sql = text.replaceAll("\r\n", "\n");
  return {
    domain,
    number: Number(match[3]),
    name: match[2] ?? "",
    sql,
    checksum: createHash("sha256").update(sql).digest("hex"),
    transactional: !sql.startsWith("--! no-transaction\n"),
  };
}
