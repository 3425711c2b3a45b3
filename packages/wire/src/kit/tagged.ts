import { LiteralNode } from "./enumeration.ts";
import { exactSource, isObject } from "./json-number.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { ModelNode, refuseModel } from "./model.ts";
import { fail, INVALID, type Invalid, type Issue, Node, within } from "./schema.ts";

/** One of several models, named by the value of one key. */
export class TaggedNode<T> extends Node<T> {
  private readonly discriminator: string;
  private readonly members: ReadonlyMap<string, Node<T>>;

  constructor(discriminator: string, members: readonly Node<T>[]) {
    super();
    this.discriminator = discriminator;
    this.members = new Map(members.flatMap((member) => tagsOf(member, discriminator).map((tag) => [tag, member] as const)));
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    if (!isObject(input)) return refuseModel(input, issues);
    const given = input[this.discriminator];
    const discriminator = `'${this.discriminator}'`;
    if (given === undefined) {
      const absent = `Unable to extract tag using discriminator ${discriminator}`;
      return fail(issues, "union_tag_not_found", absent, input, { discriminator });
    }
    const tag = typeof given === "string" ? given : pythonText(given);
    const member = typeof given === "string" ? this.members.get(given) : undefined;
    if (member === undefined) return this.refuseTag(tag, input, issues);
    const from = issues.length;
    const value = member.read(input, issues);
    if (value === INVALID) within(issues, from, tag);
    return value;
  }

  private refuseTag(tag: string, input: unknown, issues: Issue[]): Invalid {
    const tags = [...this.members.keys()].map((known) => `'${known}'`).join(", ");
    const discriminator = `'${this.discriminator}'`;
    const text = `Input tag '${tag}' found using ${discriminator} does not match any of the expected tags: ${tags}`;
    return fail(issues, "union_tag_invalid", text, input, { discriminator, tag, expected_tags: tags });
  }

  write(value: T): string {
    const member = this.members.get(String((value as Record<string, unknown>)[this.discriminator]));
    if (member === undefined) throw new TypeError(`no member of ${this.label()} holds the value`);
    return member.write(value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    const references = [...this.members].map(([tag, member]) => [tag, writer.schema(member)] as const);
    const mapping = Object.fromEntries(references.map(([tag, reference]) => [tag, reference["$ref"]]));
    const oneOf = [...new Set(this.members.values())].map((member) => writer.schema(member));
    return { discriminator: { mapping, propertyName: this.discriminator }, oneOf };
  }

  label(): string {
    return `tagged-union[${[...this.members.values()].map((member) => member.label()).join(",")}]`;
  }

  holds(value: unknown): boolean {
    return [...this.members.values()].some((member) => member.holds(value));
  }
}

function tagsOf(member: Node<unknown>, discriminator: string): readonly string[] {
  const field = member instanceof ModelNode ? member.keys.get(discriminator) : undefined;
  if (field instanceof LiteralNode) return field.members;
  throw new TypeError(`${member.label()} has no literal key ${discriminator}`);
}

/** How Python prints the value. */
function pythonText(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return exactSource(value) ?? JSON.stringify(value);
}
