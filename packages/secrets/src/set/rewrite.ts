import { readFileSync, statSync } from "node:fs";
import { isMap, isScalar, isSeq, parseAllDocuments, type YAMLMap } from "yaml";
import { removeDrafts, writePrivateFile } from "../render/private-file.ts";
import type { Secret } from "../secret.ts";
import { dotenvEdits, type Edit, variableName } from "./dotenv.ts";
import { ReadError } from "./read-error.ts";
import { carrierOf } from "./read.ts";
import type { SecretSet } from "./secret-set.ts";

/** A key and the value that it is to have. */
export interface NewValue {
  readonly object: string;
  readonly key: string;
  readonly value: Secret;
}

export type Annotations = Readonly<Record<string, string>>;

/**
 * Replaces values where they were read: in manifests, chart values, dotenv files and folders of mounted Secrets, and annotates
 * the manifests. Everything else of a file stays as it is, its owner and group too; what others may read becomes private.
 * Each file changes whole or not at all, one after the other. Only one may do this to a set at a time.
 *
 * @throws ReadError when a value is no longer where it was read.
 */
export async function rewriteSet(set: SecretSet, values: readonly NewValue[], annotations: Annotations = {}): Promise<void> {
  for (const [file, own] of Map.groupBy(values, (value) => fileOf(set, value))) {
    const { mode, uid, gid } = statSync(file);
    await removeDrafts(file);
    await writePrivateFile(file, rewritten(file, own, annotations), { mode: mode & 0o770, uid, gid });
  }
}

function fileOf(set: SecretSet, { object, key }: NewValue): string {
  const file = set.objects.get(object)?.entries.get(key)?.position?.file;
  if (file !== undefined && file !== "standard input") return file;
  throw new ReadError(`${object}/${key} is in no file that could be changed.`, "Name the file or folder that holds the set.");
}

function rewritten(file: string, values: readonly NewValue[], annotations: Annotations): string {
  const text = readFileSync(file, "utf8");
  const [first] = values;
  const carrier = first === undefined ? "manifests" : carrierOf(file, text, first);
  if (carrier === "mounted") return first?.value.reveal() ?? text;
  const edits = carrier === "dotenv" ? variableEdits(text, file, values) : manifestEdits(text, values, annotations);
  if (edits.values < values.length) {
    throw new ReadError(`${file} has not all of its keys any more.`, "Look who else changes the file, and start again.");
  }
  return edits.all
    .toSorted((one, other) => other.start - one.start)
    .reduce((edited, { start, end, text: into }) => edited.slice(0, start) + into + edited.slice(end), text);
}

interface Edits {
  readonly all: readonly Edit[];
  /** How many of them replace a value. */
  readonly values: number;
}

function variableEdits(text: string, file: string, values: readonly NewValue[]): Edits {
  const variables = new Map(values.map(({ object, key, value }) => [variableName(object, key), value]));
  const all = dotenvEdits(text, file, variables);
  return { all, values: all.length };
}

/** Edits of the text itself, so that comments, order and form of everything else stay. */
function manifestEdits(text: string, values: readonly NewValue[], annotations: Annotations): Edits {
  const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  const editor = new ManifestEditor(
    text,
    Map.groupBy(values, ({ object }) => object),
    annotations,
  );
  for (const { contents } of documents) editor.visit(contents);
  return { all: editor.edits, values: editor.replaced };
}

class ManifestEditor {
  readonly edits: Edit[] = [];
  replaced = 0;
  readonly #text: string;
  readonly #values: ReadonlyMap<string, readonly NewValue[]>;
  readonly #annotations: Annotations;

  constructor(text: string, values: ReadonlyMap<string, readonly NewValue[]>, annotations: Annotations) {
    this.#text = text;
    this.#values = values;
    this.#annotations = annotations;
  }

  visit(node: unknown): void {
    if (!isMap(node)) return;
    const items = node.get("items", true);
    if (isSeq(items)) for (const item of items.items) this.visit(item);
    else if (node.get("kind") === "Secret") this.#manifest(node);
    else if (!node.has("kind")) this.#mapping(node);
  }

  #manifest(node: YAMLMap): void {
    const metadata = node.get("metadata", true);
    const own = isMap(metadata) ? this.#values.get(String(metadata.get("name"))) : undefined;
    if (own === undefined || !isMap(metadata)) return;
    for (const field of ["stringData", "data"] as const) this.#replace(node.get(field, true), own, field === "data");
    for (const [name, value] of Object.entries(this.#annotations)) this.#annotate(metadata, name, value);
  }

  /** Values of a chart: Secrets by name, at the top or under one key. */
  #mapping(node: YAMLMap): void {
    for (const { key, value } of node.items) {
      const own = isScalar(key) ? this.#values.get(String(key.value)) : undefined;
      if (own !== undefined) this.#replace(value, own, false);
      else if (isMap(value)) this.#mapping(value);
    }
  }

  #replace(node: unknown, values: readonly NewValue[], encoded: boolean): void {
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const found = values.find(({ key }) => isScalar(pair.key) && pair.key.value === key);
      if (found === undefined) continue;
      const text = encoded ? Buffer.from(found.value.reveal()).toString("base64") : found.value.reveal();
      this.#put(pair.value, JSON.stringify(text));
      this.replaced += 1;
    }
  }

  #annotate(metadata: YAMLMap, name: string, value: string): void {
    const known = metadata.get("annotations", true);
    if (!isMap(known) || known.items.length === 0)
      this.#insert(metadata, `"annotations": {${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
    else if (known.has(name)) this.#put(known.get(name, true), JSON.stringify(value));
    else this.#insert(known, `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  }

  #put(node: unknown, text: string): void {
    const range = rangeOf(node);
    if (range === undefined) return;
    const [start, end] = range;
    const old = this.#text.slice(start, end);
    this.edits.push({
      start,
      end,
      text: `${/\s/.test(this.#text[start - 1] ?? " ") ? "" : " "}${text}${old.endsWith("\n") ? "\n" : ""}`,
    });
  }

  /** Before the first pair of a mapping: on a line of its own in a block, with a comma in braces. */
  #insert(map: YAMLMap, pair: string): void {
    const start = rangeOf(map.items[0]?.key)?.[0];
    if (start === undefined) return;
    const column = start - (this.#text.lastIndexOf("\n", start - 1) + 1);
    this.edits.push({ start, end: start, text: map.flow ? `${pair}, ` : `${pair}\n${" ".repeat(column)}` });
  }
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  if (!Array.isArray(range)) return undefined;
  const [start, end]: unknown[] = range;
  return typeof start === "number" && typeof end === "number" ? [start, end] : undefined;
}
