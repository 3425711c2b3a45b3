import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseAllDocuments, type YAMLMap } from "yaml";
import { Secret } from "../secret.ts";
import { ReadError } from "./read-error.ts";
import type { Position, SetBuilder } from "./secret-set.ts";

/**
 * Reads the Secrets of YAML or JSON with any number of documents: manifests with `data` or `stringData`, lists of them,
 * and mappings of Secret to key to value, as chart values have them. Answers how many Secrets it found.
 *
 * @throws ReadError, naming the line, when it is no YAML.
 */
export function readManifests(text: string, file: string, set: SetBuilder): number {
  let parsed = parse(text);
  if (parsed.error !== undefined) parsed = parse(mendDoubledKeys(text));
  const { documents, lines, error } = parsed;
  if (error !== undefined) {
    const remedy = "Mend the line; a value with `: `, ` #` or a quote inside needs quotes around it.";
    throw new ReadError(`${file} is no YAML: line ${error} cannot be read.`, remedy);
  }
  const reader = new ManifestReader(file, lines, set);
  for (const document of documents) reader.read(document, document.contents);
  return reader.found;
}

/** The documents, and the line of the first fault: the parser's own messages quote the text, so only the place is kept. */
function parse(text: string): { documents: Document[]; lines: LineCounter; error: number | undefined } {
  const lines = new LineCounter();
  const options = { uniqueKeys: false, prettyErrors: false, lineCounter: lines, logLevel: "silent" } as const;
  const documents: Document[] = [...parseAllDocuments(text, options)];
  const at = documents.flatMap(({ errors }) => errors)[0]?.pos[0];
  return { documents, lines, error: at === undefined ? undefined : lines.linePos(at).line };
}

/** `key: key: value`, a slip of copying, is no YAML. Quoted, it is read, and checked like any other value. */
function mendDoubledKeys(text: string): string {
  return text.replace(
    /^([ \t]+)([\w-]+):[ \t]+(\2:[ \t]+.*?)(\r?)$/gm,
    (_, indent, key, value, end) => `${indent}${key}: ${JSON.stringify(value)}${end}`,
  );
}

type Node = unknown;

class ManifestReader {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #set: SetBuilder;
  found = 0;

  constructor(file: string, lines: LineCounter, set: SetBuilder) {
    this.#file = file;
    this.#lines = lines;
    this.#set = set;
  }

  read(document: Document, node: Node): void {
    if (!isMap(node)) return;
    const items = node.get("items", true);
    if (isSeq(items)) for (const item of items.items) this.read(document, item);
    else if (node.get("kind") === "Secret") this.#manifest(document, node);
    else if (!node.has("kind")) this.#mapping(document, node);
  }

  #manifest(document: Document, node: YAMLMap): void {
    const metadata = node.get("metadata");
    const name = isMap(metadata) ? metadata.get("name") : undefined;
    if (!isMap(metadata) || typeof name !== "string") return;
    const namespace = metadata.get("namespace");
    this.#declare(name, node, {
      ...(typeof namespace === "string" && { namespace }),
      annotations: textsOf(metadata.get("annotations")),
    });
    for (const [field, encoded] of [
      ["stringData", false],
      ["data", true],
    ] as const) {
      const values = node.get(field, true);
      if (isMap(values)) for (const pair of values.items) this.#value(document, name, pair, encoded);
    }
  }

  /** Values of a chart: Secrets by name, at the top or under one key. */
  #mapping(document: Document, node: YAMLMap): void {
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      if (!isMap(value)) continue;
      if (name.includes("-") && value.items.every((pair) => !isMap(pair.value))) {
        this.#declare(name, value, {});
        for (const pair of value.items) this.#value(document, name, pair, false);
      } else this.#mapping(document, value);
    }
  }

  #declare(name: string, node: Node, details: { namespace?: string; annotations?: Record<string, string> }): void {
    this.found += 1;
    this.#set.declare(name, { ...details, position: this.#position(node) });
  }

  #value(document: Document, object: string, pair: Pair, encoded: boolean): void {
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    const position = this.#position(pair.key);
    const node = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    const value = isScalar(node) ? (node.value ?? "") : undefined;
    if (typeof value !== "string") {
      this.#set.fault({ code: "value_not_string", object, key, position });
      return;
    }
    const bytes = encoded ? decodeBase64(value) : Buffer.from(value);
    if (bytes === undefined) this.#set.fault({ code: "value_not_base64", object, key, position });
    else addBytes(this.#set, object, key, bytes, position);
  }

  #position(node: Node): Position {
    const start = isScalar(node) || isMap(node) ? node.range?.[0] : undefined;
    return { file: this.#file, line: this.#lines.linePos(start ?? 0).line };
  }
}

function textsOf(node: Node): Record<string, string> {
  if (!isMap(node)) return {};
  return Object.fromEntries(
    node.items.flatMap(({ key, value }) => (isScalar(key) && isScalar(value) ? [[String(key.value), String(value.value)]] : [])),
  );
}

function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replace(/[\r\n]/g, "");
  return /^[A-Za-z0-9+/]*={0,2}$/.test(bare) && bare.length % 4 === 0 ? Buffer.from(bare, "base64") : undefined;
}

/** Adds a value that came as bytes; one that is not UTF-8 is a fault, because every value of the contract is text. */
export function addBytes(set: SetBuilder, object: string, key: string, bytes: Uint8Array, position?: Position): void {
  const text = Buffer.from(bytes).toString("utf8");
  const place = { object, key, ...(position && { position }) };
  if (Buffer.from(text).equals(bytes)) set.add({ ...place, value: Secret.of(text) });
  else set.fault({ ...place, code: "value_not_text" });
}
