import type { Code } from "./code.ts";
import { fitsLoosely } from "./fit.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { quote } from "./quote.ts";
import { fail, type Invalid, type Issue, NamedNode, Node } from "./schema.ts";

class EnumerationNode<T extends string> extends NamedNode<T> {
  readonly name: string;
  readonly members: readonly T[];
  private readonly known: ReadonlyMap<unknown, T>;

  constructor(name: string, members: readonly T[]) {
    super();
    this.name = name;
    this.members = members;
    this.known = new Map(members.map((member) => [member, member]));
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    fitsLoosely();
    return this.known.get(input) ?? refuse("enum", this.members, input, issues);
  }

  write(value: T): string {
    return quote(value);
  }

  override memberCode(code: Code, head: string, value: string): string {
    return this.members.every((member) => quote(member) === `"${member}"`)
      ? `${JSON.stringify(`${head}"`)} + ${value} + '"'`
      : super.memberCode(code, head, value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    const [only] = this.members;
    const values = this.members.length === 1 ? { const: only } : { enum: [...this.members] };
    return writer.refer(this.name, () => ({ ...values, title: this.name, type: "string" }));
  }

  label(): string {
    return `str-enum[${this.name}]`;
  }

  holds(value: unknown): boolean {
    return this.known.has(value);
  }
}

export class LiteralNode<T extends string> extends Node<T> {
  readonly members: readonly T[];

  constructor(members: readonly T[]) {
    super();
    this.members = members;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    return this.members.find((member) => member === input) ?? refuse("literal_error", this.members, input, issues);
  }

  write(value: T): string {
    return quote(value);
  }

  describe(): JsonSchema {
    return { ...(this.members.length === 1 ? { const: this.members[0] } : { enum: [...this.members] }), type: "string" };
  }

  label(): string {
    return `literal[${this.members.map(quoted).join(",")}]`;
  }

  holds(value: unknown): boolean {
    return this.members.some((member) => member === value);
  }
}

function quoted(text: string): string {
  return `'${text}'`;
}

function refuse(type: string, members: readonly string[], input: unknown, issues: Issue[]): Invalid {
  const last = quoted(members.at(-1) ?? "");
  const expected = members.length > 1 ? `${members.slice(0, -1).map(quoted).join(", ")} or ${last}` : last;
  return fail(issues, type, `Input should be ${expected}`, input, { expected });
}

/** One of a closed list of texts that documents refer to by a name. */
export function enumeration<const T extends string>(name: string, members: readonly T[]): Node<T> {
  return new EnumerationNode(name, members);
}

/** One of the given texts. */
export function literal<const T extends string>(...members: T[]): Node<T> {
  return new LiteralNode(members);
}
