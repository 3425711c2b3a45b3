import { expect, test } from "vitest";
import { drawStates } from "./drawing.ts";

// After a change of the rules: npx vitest run packages/server/src/orion/states/drawing.test.ts --update
test("docs/states.md is what the rules draw", async () => {
  await expect(drawStates()).toMatchFileSnapshot("../../../../../docs/states.md");
});
