import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReadError } from "./read-error.ts";
import { readSet } from "./read.ts";
import type { SecretSet } from "./secret-set.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-set-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const values = (set: SecretSet): Record<string, string> =>
  Object.fromEntries(
    [...set.objects.values()].flatMap(({ name, entries }) =>
      [...entries].map(([key, { value }]) => [`${name}/${key}`, value.reveal()]),
    ),
  );

const manifest = (fields: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: a-b, namespace: prod, annotations: {note: x}}\n${fields}\n`;

test.each<[form: string, text: string, expected: Record<string, string>]>([
  ["stringData", manifest("stringData:\n  one: two\n  blank:"), { "a-b/one": "two", "a-b/blank": "" }],
  ["data", manifest("data:\n  one: dHdv\n  long: dHdv\\\n".replace("\\", "")), { "a-b/one": "two", "a-b/long": "two" }],
  ["a block that keeps its line break", manifest("stringData:\n  one: |\n    two"), { "a-b/one": "two\n" }],
  ["JSON", JSON.stringify({ kind: "Secret", metadata: { name: "a-b" }, data: { one: "dHdv" } }), { "a-b/one": "two" }],
  ["a list", `kind: List\nitems:\n- kind: Secret\n  metadata: {name: a-b}\n  stringData: {one: two}`, { "a-b/one": "two" }],
  ["an anchor", manifest("stringData:\n  one: &same two\n  three: *same"), { "a-b/one": "two", "a-b/three": "two" }],
  ["chart values", `createAppSecretsInChart: true\nappSecrets:\n  a-b:\n    one: two`, { "a-b/one": "two" }],
  [
    "a doubled key, which is no YAML",
    manifest("stringData:\n  one: one: two\n  three: four"),
    { "a-b/one": "one: two", "a-b/three": "four" },
  ],
])("%s", (_, text, expected) => {
  expect(values(readSet([write("set.yaml", text)]))).toEqual(expected);
});

test("many documents are one set, and other kinds are passed over", () => {
  const other = "kind: ConfigMap\nmetadata: {name: c-d}\ndata: {one: two}\n";
  const path = write(
    "set.yaml",
    [manifest("stringData: {one: two}"), other, manifest("stringData: {x: y}").replace("a-b", "c-d")].join("---\n"),
  );
  expect(values(readSet([path]))).toEqual({ "a-b/one": "two", "c-d/x": "y" });
});

test("a value knows its file and line, a Secret its namespace and annotations", () => {
  const path = write("set.yaml", `# a comment\n---\n${manifest("stringData:\n  one: two")}`);
  const object = readSet([path]).objects.get("a-b");
  expect(object?.entries.get("one")?.position).toEqual({ file: path, line: 7 });
  expect(object).toMatchObject({ namespace: "prod", annotations: { note: "x" } });
});

test.each([
  ["key_repeated", "stringData:\n  one: two\n  one: two", "one", 6],
  ["key_repeated", "stringData:\n  one: two\ndata:\n  one: dHdv", "one", 7],
  ["value_not_base64", "data:\n  one: two!", "one", 5],
  ["value_not_base64", "data:\n  one: abc", "one", 5],
  ["value_not_string", "stringData:\n  one: 12", "one", 5],
  ["value_not_string", "stringData:\n  one: {two: three}", "one", 5],
  ["value_not_text", "data:\n  one: /w==", "one", 5],
])("%s is kept as a fault with its line", (code, fields, key, line) => {
  const path = write("set.yaml", manifest(fields));
  expect(readSet([path]).faults).toEqual([{ code, object: "a-b", key, position: { file: path, line } }]);
});

test("a Secret that is declared twice is a fault", () => {
  const path = write("set.yaml", [manifest("stringData: {one: two}"), manifest("stringData: {three: four}")].join("---\n"));
  expect(readSet([path]).faults).toMatchObject([{ code: "object_repeated", object: "a-b" }]);
});

test("dotenv lines are read as a shell reads them", () => {
  const lines = [
    "# comment",
    "",
    "export A_B__ONE=two # why",
    "A_B__TWO='a \\n '\\''b'\\'''",
    'A_B__THREE="x\\"y\\$z"',
    "A_B__FOUR=",
    "OTHER=1",
    "A_B__FIVE='1",
    "2'",
  ];
  expect(values(readSet([write(".env", lines.join("\n"))]))).toEqual({
    "a-b/one": "two",
    "a-b/two": "a \\n 'b'",
    "a-b/three": 'x"y$z',
    "a-b/four": "",
    "a-b/five": "1\n2",
  });
});

test("a folder of mounted Secrets is read byte by byte, once", () => {
  write("a-b/one", "two\n");
  write("a-b/..data/one", "old");
  write("c-d/x", "y");
  expect(values(readSet([folder]))).toEqual({ "a-b/one": "two\n", "c-d/x": "y" });
});

test("a folder of manifests is read, and folders in it", () => {
  write("one.yaml", manifest("stringData: {one: two}"));
  write("more/two.json", JSON.stringify({ kind: "Secret", metadata: { name: "c-d" }, data: {} }));
  expect([...readSet([folder]).objects.keys()].toSorted()).toEqual(["a-b", "c-d"]);
});

test.each<[string, string, RegExp]>([
  ["set.yaml", "a: [hunter2", /no YAML: line 1/],
  ["set.yaml", "kind: ConfigMap", /there is no Secret/],
  ["x.env", "A_B__ONE=1\nhunter2 hunter2", /line 2, is neither/],
  ["x.env", "A_B__ONE='hunter2", /line 1, opens a quote/],
])("%s that cannot be read is an error that repeats nothing of it", (name, text, message) => {
  const path = write(name, text);
  expect(() => readSet([path])).toThrow(ReadError);
  expect(() => readSet([path])).toThrow(message);
  expect(() => readSet([path])).not.toThrow(/hunter2/);
});

test("a file that is not there is an error with its name", () => {
  expect(() => readSet([join(folder, "none.yaml")])).toThrow(/none\.yaml cannot be read \(ENOENT\)/);
});
