import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { percentEncode } from "@praetor/secrets";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { helmFolder } from "../../scripts/kubernetes/executables.ts";
import { chart, testFolder, valuesFile } from "./chart.ts";
import { runWith } from "./helm.ts";

/** Encodes texts by the chart's own template, all in one rendering. */
async function encodedByTemplate(texts: readonly string[]): Promise<readonly string[]> {
  const folder = testFolder();
  mkdirSync(join(folder, "templates"));
  cpSync(join(chart, "templates/_encoding.tpl"), join(folder, "templates/_encoding.tpl"));
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: encoding\nversion: 0.0.0\n");
  const template = `encoded:\n{{- range .Values.texts }}\n- {{ include "praetor.percentEncode" . | quote }}\n{{- end }}\n`;
  writeFileSync(join(folder, "templates/encoded.yaml"), template);
  const { out, error } = await runWith(join(helmFolder(), "helm"), ["template", "x", folder, "--values", valuesFile({ texts })]);
  expect(error).toBe("");
  return (parse(out) as { encoded: string[] }).encoded;
}

const fixtures = JSON.parse(
  readFileSync(join(chart, "../../packages/secrets/test/fixtures/percent-encoding.json"), "utf8"),
) as readonly { readonly text: string; readonly encoded: string }[];

test("the template encodes the fixtures as the library and a third implementation do", async () => {
  expect(await encodedByTemplate(fixtures.map(({ text }) => text))).toEqual(fixtures.map(({ encoded }) => encoded));
});

test("and any other text as the library does", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).filter((each) => each.isWellFormed() && !each.includes("\0"));
  const texts = fc.sample(fc.oneof(text, fc.string({ unit: "grapheme", maxLength: 40 })), 1000);
  expect(await encodedByTemplate(texts)).toEqual(texts.map(percentEncode));
});
