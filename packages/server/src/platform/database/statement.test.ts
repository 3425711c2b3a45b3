import { describe, expect, test } from "vitest";
import { bindsWorkspace, systemStatement, workspaceStatement } from "./statement.ts";

describe("a text that binds the workspace", () => {
  test.each([
    "select * from orion.flow where workspace_id = $1",
    "select * from orion.flow as flow where flow.workspace_id=$1 and id = $2",
    "select * from orion.flow where workspace_id =\n $1::uuid",
    "insert into orion.flow (workspace_id, id) values ($1, $2)",
    "INSERT INTO orion.flow as f (workspace_id, id)\n select $1, id from unnest($2::uuid[]) as id",
    "with given as (select $1::uuid as workspace_id) select * from given",
  ])("%s", (text) => {
    expect(bindsWorkspace(text)).toBe(true);
  });

  test.each([
    "select * from orion.flow",
    "select * from orion.flow where workspace_id = $2 and id = $1",
    "select * from orion.flow where workspace_id = $10",
    "select workspace_id from orion.flow where id = $1",
    "insert into orion.flow (id, workspace_id) values ($1, $2)",
    "insert into orion.flow (workspace_id, id) values ($2, $1)",
  ])("not: %s", (text) => {
    expect(bindsWorkspace(text)).toBe(false);
    expect(() => workspaceStatement("statement.test.unbound", text)).toThrow("does not bind workspace_id");
  });
});

test("one name stands for one text", () => {
  systemStatement("statement.test.once", "select 1");
  expect(() => systemStatement("statement.test.once", "select 1")).not.toThrow();
  expect(() => systemStatement("statement.test.once", "select 2")).toThrow("Two statements are named statement.test.once");
});

test("a name that PostgreSQL would cut short is refused", () => {
  expect(() => systemStatement("x".repeat(64), "select 1")).toThrow("longer than 63");
});
