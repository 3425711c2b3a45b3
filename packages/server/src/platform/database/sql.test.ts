import { describe, expect, test } from "vitest";
import { Fragment, sql } from "./sql.ts";

describe("composed SQL", () => {
  test.each<[string, Fragment, string, unknown[]]>([
    ["values are parameters", sql`a = ${1} and b = ${"x"}`, "a = $1 and b = $2", [1, "x"]],
    ["fragments are text", sql`select ${sql`a`} from t`, "select a from t", []],
    ["parameters are numbered through", sql`${sql`a = ${1}`} or ${sql`b = ${2}`}`, "a = $1 or b = $2", [1, 2]],
    ["equal values stay apart", sql`${1} ${1}`, "$1 $2", [1, 1]],
    ["undefined is a parameter", sql`a = ${undefined}`, "a = $1", [undefined]],
    ["a text with a quote stays a parameter", sql`a = ${"' or true --"}`, "a = $1", ["' or true --"]],
    ["joined", Fragment.join([sql`a`, sql`b = ${1}`, sql`c`], " and "), "a and b = $1 and c", [1]],
    ["nothing joined", Fragment.join([], " and "), "", []],
    ["a raw word of a list", sql`order by ${sql.raw("created")}`, "order by created", []],
  ])("%s", (_, fragment, text, values) => {
    expect(fragment.render()).toEqual({ text, values });
  });

  test("one parameter in two places is sent once", () => {
    const id = Fragment.parameter("x");
    expect(sql`${id} or ${1} or ${id}`.render()).toEqual({ text: "$1 or $2 or $1", values: ["x", 1] });
  });

  test("leading parameters come first wherever they stand", () => {
    const workspace = Fragment.parameter("w");
    expect(sql`a = ${1} and workspace_id = ${workspace}`.render(workspace)).toEqual({
      text: "a = $2 and workspace_id = $1",
      values: ["w", 1],
    });
  });

  test("a text that may have come from anywhere is no raw SQL", () => {
    const text: string = "a";
    // @ts-expect-error: only members of a closed list
    expect(() => sql.raw(text)).not.toThrow();
  });
});
