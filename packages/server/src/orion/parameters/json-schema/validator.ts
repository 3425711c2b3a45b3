import { CircularSchema, type SchemaError, UnresolvedReference } from "./errors.ts";
import { KEYWORDS } from "./keywords.ts";
import { isObject, type JsonObject, printed, type Value } from "./value.ts";

/** Deeper than any schema that ends. */
const DEEPEST = 400;

/** Checks values by one JSON Schema of draft 2020-12. */
export class Validator {
  readonly #root: Value;
  readonly #formats: boolean;
  readonly #placeholder: ((value: Value) => string | undefined) | undefined;
  #depth = 0;

  /**
   * `formats` says whether texts must have the format that their schema names; `placeholder` tells what is wrong with a value that
   * stands for another.
   */
  constructor(root: Value, options: { formats?: boolean; placeholder?: (value: Value) => string | undefined } = {}) {
    this.#root = root;
    this.#formats = options.formats ?? false;
    this.#placeholder = options.placeholder;
  }

  get formats(): boolean {
    return this.#formats;
  }

  /** @throws CircularSchema, UnresolvedReference */
  errors(value: Value): SchemaError[] {
    return this.check(value, this.#root);
  }

  isValid(value: Value, schema: Value): boolean {
    return this.check(value, schema).length === 0;
  }

  /** The faults of a value by a part of the schema. */
  check(instance: Value, schema: Value): SchemaError[] {
    if (schema === true) return [];
    if (schema === false) return [fault(`False schema does not allow ${printed(instance)}`, null, schema, instance)];
    if (!isObject(schema)) return [];
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new CircularSchema("a schema leads back to itself");
    try {
      return this.#checkKeywords(instance, schema);
    } finally {
      this.#depth -= 1;
    }
  }

  #checkKeywords(instance: Value, schema: JsonObject): SchemaError[] {
    const found: SchemaError[] = [];
    for (const [keyword, value] of Object.entries(schema)) {
      const check = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
      if (check === undefined) continue;
      for (const each of check({ validator: this, value, instance, schema })) {
        found.push(
          typeof each === "string"
            ? fault(each, keyword, schema, instance)
            : "alternatives" in each
              ? { ...fault(each.message, keyword, schema, instance), context: each.alternatives }
              : each,
        );
      }
    }
    const complaint = this.#placeholder?.(instance);
    return complaint === undefined ? found : [...found, fault(complaint, "_placeholders", schema, instance)];
  }

  /** The faults of a part of a value, with where it is. */
  within(instance: Value, schema: Value, step: string | number): SchemaError[] {
    const errors = this.check(instance, schema);
    for (const error of errors) error.path = [step, ...error.path];
    return errors;
  }

  /** @throws UnresolvedReference */
  resolve(reference: unknown): Value {
    const text = String(reference);
    if (!text.startsWith("#")) throw new UnresolvedReference(`Unresolvable: ${text}`);
    let found: unknown = this.#root;
    for (const part of text.slice(1).split("/").slice(1)) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      found = typeof found === "object" && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
      if (found === undefined)
        throw new UnresolvedReference(`PointerToNowhere: '${text.slice(1)}' does not exist within the schema`);
    }
    return found;
  }
}

function fault(message: string, keyword: string | null, schema: Value, instance: Value): SchemaError {
  return { message, path: [], keyword, schema, instance, context: [] };
}
