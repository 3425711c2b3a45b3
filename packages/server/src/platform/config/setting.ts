import type { Kind } from "./kinds.ts";

/** The variables of a process, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

type DefaultRule<T> = (environment: Environment) => T;

interface Details<T> {
  readonly kind: Kind<T>;
  /** The value when nothing else says; a function where it depends on the environment. */
  readonly default: NoInfer<T> | DefaultRule<T>;
  readonly description: string;
  /** Further environment names that are accepted, besides the two that follow from the key. */
  readonly aliases?: readonly string[];
  /** The option of the command line, for example `--host`. */
  readonly option?: string;
  /** How the documentation shows a default that depends on the environment. */
  readonly defaultText?: string;
}

/** One row of the declaration. */
export class Setting<T> {
  readonly kind: Kind<T>;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly option: string | undefined;
  readonly defaultText: string;
  readonly #default: T | DefaultRule<T>;

  constructor(details: Details<T>) {
    this.kind = details.kind;
    this.description = details.description;
    this.aliases = details.aliases ?? [];
    this.option = details.option;
    this.#default = details.default;
    this.defaultText = details.defaultText ?? this.print(this.defaultFor({}));
  }

  defaultFor(environment: Environment): T {
    // No kind reads a function, so a function can only be the rule for a default.
    return typeof this.#default === "function" ? (this.#default as DefaultRule<T>)(environment) : this.#default;
  }

  get isSecret(): boolean {
    return this.kind.secret === true;
  }

  print(value: T): string {
    return this.kind.print(value);
  }
}

/** Declares a setting. */
export const setting = <T>(details: Details<T>): Setting<T> => new Setting(details);

/** The typed values of a declaration: each setting replaced by its value. */
export type ValuesOf<D> = D extends Setting<infer T> ? T : { readonly [K in keyof D]: ValuesOf<D[K]> };
