import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { ReadError } from "./read-error.ts";
import { readSet } from "./read.ts";
import { rewriteSet } from "./rewrite.ts";
import { entryOf } from "./secret-set.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-rewrite-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
function write(name: string, text: string): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text, { mode: 0o600 });
  return at(name);
}
const fresh = (value = "n: e#w 'x' \"y\"") => [{ object: "a-b", key: "one", value: Secret.of(value) }];
const dated = { "praetor.dev/rotated-at.x": "2026-01-01" };

test.each<[form: string, name: string, before: string, after: string]>([
  [
    "a manifest, with its comments",
    "set.yaml",
    "# why\nkind: Secret\nmetadata:\n  name: a-b # this one\nstringData:\n  one: two # old\n  three: four\n",
    '# why\nkind: Secret\nmetadata:\n  "annotations": {"praetor.dev/rotated-at.x": "2026-01-01"}\n  name: a-b # this one\nstringData:\n  one: "new" # old\n  three: four\n',
  ],
  [
    "base64 in braces, beside annotations",
    "set.yaml",
    "kind: Secret\nmetadata: {name: a-b, annotations: {x: y}}\ndata: {one: dHdv, three: Zm91cg==}\n",
    'kind: Secret\nmetadata: {name: a-b, annotations: {"praetor.dev/rotated-at.x": "2026-01-01", x: y}}\ndata: {one: "bmV3", three: Zm91cg==}\n',
  ],
  [
    "a block, an annotation that is there, and another document",
    "set.yml",
    "kind: Secret\nmetadata:\n  name: a-b\n  annotations:\n    praetor.dev/rotated-at.x: old\nstringData:\n  one: |\n    two\n  three: four\n---\nkind: Secret\nmetadata: {name: c-d}\nstringData: {one: two}\n",
    'kind: Secret\nmetadata:\n  name: a-b\n  annotations:\n    praetor.dev/rotated-at.x: "2026-01-01"\nstringData:\n  one: "new"\n  three: four\n---\nkind: Secret\nmetadata: {name: c-d}\nstringData: {one: two}\n',
  ],
  [
    "JSON",
    "set.json",
    '{"kind":"Secret","metadata":{"name":"a-b"},"data":{"one":"dHdv"}}',
    '{"kind":"Secret","metadata":{"annotations": {"praetor.dev/rotated-at.x": "2026-01-01"}, "name":"a-b"},"data":{"one": "bmV3"}}',
  ],
  ["chart values", "values.yaml", "appSecrets:\n  a-b: {one: two}\n", 'appSecrets:\n  a-b: {one: "new"}\n'],
  ["a dotenv file", "set.env", "# why\nexport A_B__ONE='t w\no' # old\nOTHER=1\n", "# why\nexport A_B__ONE=new # old\nOTHER=1\n"],
  ["a mounted Secret", "a-b/one", "two", "new"],
])("%s: the value is replaced, and nothing else", async (_, name, before, after) => {
  const path = write(name, before);
  const place = name.includes("/") ? folder : path;
  await rewriteSet(readSet([place]), fresh("new"), dated);
  expect(readFileSync(path, "utf8")).toBe(after);
});

test("any value is read back as it was written, from every form", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (value) => {
      fc.pre(!/[\0\r\uFEFF]/.test(value));
      for (const [name, text] of [
        ["set.yaml", "kind: Secret\nmetadata: {name: a-b}\nstringData:\n  one: two\n"],
        ["data.yaml", "kind: Secret\nmetadata: {name: a-b}\ndata:\n  one: dHdv\n"],
        ["set.env", "A_B__ONE=two\n"],
      ] as const) {
        const path = write(name, text);
        await rewriteSet(readSet([path]), fresh(value));
        const read = entryOf(readSet([path]), "a-b", "one")?.value.reveal();
        expect([name, read === value]).toEqual([name, true]);
      }
    }),
    { numRuns: 60 },
  );
});

test("a file keeps who may read it in its group, and is closed to the rest; drafts of killed writers go", async () => {
  const path = write("set.env", "A_B__ONE=two\n");
  chmodSync(path, 0o644);
  write(".set.env.0123456789ab", "A_B__ONE=left");
  await rewriteSet(readSet([path]), fresh());
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(["set.env"]);
});

test.each([
  [
    "is gone from its file",
    (path: string) => writeFileSync(path, "kind: Secret\nmetadata: {name: a-b}\nstringData: {three: four}\n"),
  ],
  ["is in no file", () => {}],
])("a value that %s is told, and nothing is written", async (what, change) => {
  const path = write("set.yaml", "kind: Secret\nmetadata: {name: a-b}\nstringData: {one: two}\n");
  const set = readSet([path]);
  change(path);
  const text = readFileSync(path, "utf8");
  const values = what.startsWith("is in") ? [{ object: "a-b", key: "none", value: Secret.of("new") }] : fresh();
  await expect(rewriteSet(set, values)).rejects.toThrow(ReadError);
  expect(readFileSync(path, "utf8")).toBe(text);
});
