import { describe, expect, test } from "vitest";
import { helmExecutables } from "../../scripts/kubernetes/testing.ts";
import { chart, valuesFile } from "./chart.ts";
import { objectsOf, runWith } from "./helm.ts";
import { samples } from "./samples.ts";

const executables = Object.values(helmExecutables).filter((each) => each !== undefined);

describe.skipIf(executables.length < 2)(`Helm 3 and 4${executables.length < 2 ? " (not run: Helm 3 is not built)" : ""}`, () => {
  test.each(Object.entries(samples))("render the same for %s", async (_, values) => {
    const file = valuesFile(values);
    const outputs = await Promise.all(executables.map((helm) => runWith(helm, ["template", "praetor", chart, "--values", file])));
    const [three, four] = outputs.map(({ out }) => objectsOf(out));
    expect(three?.length).toBeGreaterThan(0);
    expect(three).toEqual(four);
  });
});
