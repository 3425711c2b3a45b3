import { Code } from "./code.ts";
import { tookKeys } from "./fit.ts";
import { inOrder, type JsonObject } from "./json-order.ts";
import { INVALID, type Invalid, type Issue, MAX_ISSUES, type Node, within } from "./schema.ts";

/** The fields of a model, in the order in which they are written. */
export type Keys = ReadonlyMap<string, Node<unknown>>;

export interface ReaderOptions {
  /** Unknown keys are faults. */
  forbid: boolean;
  /** The value holds only the keys that were sent. */
  sentOnly: boolean;
}

/** Reads an object; on failure appends issues. */
export type Reader<T> = (input: object, issues: Issue[]) => T | Invalid;
/** Writes the JSON text of a value. */
export type Writer<T> = (value: T) => string;

/** The reader of an object with these keys: one straight line of code, a few statements for each key. */
export function compileReader(keys: Keys, options: ReaderOptions): Reader<unknown> {
  const code = new Code();
  const invalid = code.bind(INVALID);
  const fields = [...keys].map(([key, node], index) => readField(code, key, node, `v${index}`, options));
  const values = [...keys.keys()].map((key, index) => `${JSON.stringify(key)}: v${index}`);
  return code.compile(
    "input, issues",
    `const start = issues.length;
let placed = start, took = 0, raw;
${options.sentOnly ? "const value = {};" : ""}
${fields.join("\n")}
${options.forbid ? `placed = ${code.bind(refuseUnknown)}(input, issues, placed, took, ${code.bind(keys)});` : ""}
if (placed !== start) return ${invalid};
${code.bind(tookKeys)}(took);
return ${options.sentOnly ? "value" : `{ ${values.join(", ")} }`};`,
  ) as Reader<unknown>;
}

function readField(code: Code, key: string, node: Node<unknown>, name: string, { sentOnly }: ReaderOptions): string {
  const property = JSON.stringify(key);
  const keep = sentOnly ? `else value[${property}] = ${name};` : "";
  return `let ${name}; raw = input[${property}];
if (raw === undefined) { ${absent(code, property, node, sentOnly ? undefined : name)} }
else { took++; ${name} = ${node.readCode(code, "raw")};
  if (${name} === ${code.bind(INVALID)}) placed = ${code.bind(within)}(issues, placed, ${property}); ${keep} }`;
}

/** The code for a key that was not sent: its default, or a fault. */
function absent(code: Code, property: string, { fallback }: Node<unknown>, name: string | undefined): string {
  if (fallback === undefined) return `placed = ${code.bind(addMissing)}(input, issues, ${property});`;
  return name === undefined ? "" : `${name} = ${code.bind(fallback.make)}();`;
}

function addMissing(input: object, issues: Issue[], key: string): number {
  return issues.push({ type: "missing", loc: [key], msg: "Field required", input });
}

/** Reports the keys beyond the `took` known ones; gives where the next issues start. */
function refuseUnknown(input: JsonObject, issues: Issue[], placed: number, took: number, known: Keys): number {
  const { object, keys } = inOrder(input);
  if (took === keys.length) return placed;
  for (const key of keys) {
    if (known.has(key)) continue;
    const count = issues.push({ type: "extra_forbidden", loc: [key], msg: "Extra inputs are not permitted", input: object[key] });
    if (count >= MAX_ISSUES) break;
  }
  return issues.length;
}

/** What stands before the value of an object's key, the key itself included. */
export function memberHead(key: string, index: number): string {
  return `${index === 0 ? "{" : ","}${JSON.stringify(key)}:`;
}

/** The writer of an object with these keys: one concatenation. */
export function compileWriter(keys: Keys): Writer<unknown> {
  const code = new Code();
  const members = [...keys].map(([key, node], index) => {
    return node.memberCode(code, memberHead(key, index), `value[${JSON.stringify(key)}]`);
  });
  return code.compile("value", `return ${members.length === 0 ? '"{"' : members.join(" + ")} + "}";`) as Writer<unknown>;
}
