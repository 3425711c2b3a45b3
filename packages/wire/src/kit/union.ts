import { fit } from "./fit.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { INVALID, type Invalid, type Issue, Node, nodeOf, type Schema, within } from "./schema.ts";
import { TaggedNode } from "./tagged.ts";

interface Candidate<T> {
  value: T;
  level: number;
  keys: number;
}

/** The first of several schemas that takes an input best: most keys of models used, then least coercion. */
class UnionNode<T> extends Node<T> {
  private readonly members: readonly Node<T>[];

  constructor(members: readonly Node<T>[]) {
    super();
    this.members = members;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    const { level, keys } = fit;
    const found: Issue[] = [];
    const best = this.best(input, found);
    fit.level = Math.min(level, best?.level ?? 0);
    fit.keys = best === undefined || best.keys < 0 ? keys : Math.max(keys, 0) + best.keys;
    if (best !== undefined) return best.value;
    for (const issue of found) issues.push(issue);
    return INVALID;
  }

  private best(input: unknown, found: Issue[]): Candidate<T> | undefined {
    const exact = this.exact(input);
    if (exact !== undefined) return exact;
    let best: Candidate<T> | undefined;
    for (const member of this.members) {
      fit.level = 2;
      fit.keys = -1;
      const from = found.length;
      const value = member.read(input, found);
      if (value === INVALID) within(found, from, member.label());
      else if (fit.level === 2 && fit.keys < 0) return { value, ...fit };
      else if (best === undefined || isBetter(best)) best = { value, ...fit };
    }
    return best;
  }

  /** What the first fitting member makes of a plain value, where those before it are known not to fit: no findings to throw away. */
  private exact(input: unknown): Candidate<T> | undefined {
    for (const member of this.members) {
      const takes = member.takesExactly(input);
      if (takes === undefined) return undefined;
      if (!takes) continue;
      fit.level = 2;
      fit.keys = -1;
      const value = member.read(input, []);
      return value === INVALID ? undefined : { value, ...fit };
    }
    return undefined;
  }

  write(value: T): string {
    const member = this.members.find((candidate) => candidate.holds(value));
    if (member === undefined) throw new TypeError(`no member of ${this.label()} holds the value`);
    return member.write(value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    return { anyOf: this.members.map((member) => writer.schema(member)) };
  }

  label(): string {
    return `union[${this.members.map((member) => member.label()).join(",")}]`;
  }

  holds(value: unknown): boolean {
    return this.members.some((member) => member.holds(value));
  }
}

/** Whether what was just read fits better than `best`. */
function isBetter(best: Candidate<unknown>): boolean {
  if (best.keys >= 0 && fit.keys >= 0 && best.keys !== fit.keys) return fit.keys > best.keys;
  return fit.level > best.level;
}

/** The member that takes the input best; issues name the member. With a discriminator, the member that its value names. */
export function union<const S extends readonly Schema<unknown>[]>(
  members: S,
  options: { discriminator?: string } = {},
): Node<S[number] extends Schema<infer T> ? T : never> {
  type Value = S[number] extends Schema<infer T> ? T : never;
  const nodes = members.map((member) => nodeOf(member as Schema<Value>));
  return options.discriminator === undefined ? new UnionNode(nodes) : new TaggedNode(options.discriminator, nodes);
}
