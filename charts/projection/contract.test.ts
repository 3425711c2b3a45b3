import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { chartContract } from "./contract.ts";
import { valuesSchema } from "./schema.ts";

test("files/contract.yaml of the chart is the projection of the topology", async () => {
  await expect(chartContract()).toMatchFileSnapshot("../praetor/files/contract.yaml");
});

test("values.schema.json of the chart is the projection of the topology", async () => {
  await expect(valuesSchema()).toMatchFileSnapshot("../praetor/values.schema.json");
});

test("what is no addition is the published list, key by key", () => {
  const { entries } = parse(chartContract()) as { entries: { object: string; key: string; addition?: true }[] };
  const published = entries.filter(({ addition }) => addition === undefined).map(({ object, key }) => `${object}/${key}`);
  expect(published).toEqual(secretsContract("seed").entries.map(({ object, key }) => `${object}/${key}`));
});
