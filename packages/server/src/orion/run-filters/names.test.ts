import { FlowRunFilter, type NameLike } from "@praetor/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";
import { findNames } from "./index.ts";

const FLOW = "0f000000-0000-4000-8000-000000000000";
const parse = (name: NameLike) => {
  const read = FlowRunFilter.parse({ name });
  if (!read.ok) throw new Error("a filter is refused");
  return { flow_runs: read.value };
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const { system } = database.databases.orion;
  await system.compose(() => sql`insert into orion.flow (workspace_id, id, name) values (${WORKSPACE}, ${FLOW}, 'f')`);
  await system.compose(
    () => sql`insert into orion.flow_run (workspace_id, id, flow_id, name)
      select ${WORKSPACE}, gen_random_uuid(), ${FLOW}, case when n < 3 then 'Rare-' || n % 2 else 'usual-' || n end
      from generate_series(0, 1003) as n`,
  );
});
afterAll(() => database.close());

it.each<{ what: string; asked: NameLike; found: NameLike }>([
  {
    what: "names that have it, once each",
    asked: { any_: null, like_: "rare" },
    found: { any_: ["Rare-0", "Rare-1"], like_: null },
  },
  {
    what: "those of them that are asked for",
    asked: { any_: ["Rare-1", "x"], like_: "rare" },
    found: { any_: ["Rare-1"], like_: null },
  },
  { what: "nothing", asked: { any_: null, like_: "no such" }, found: { any_: [], like_: null } },
  { what: "itself where many have it", asked: { any_: null, like_: "usual" }, found: { any_: null, like_: "usual" } },
  { what: "itself where it says nothing", asked: { any_: ["x"], like_: "" }, found: { any_: ["x"], like_: "" } },
])("a part of a name becomes $what", async ({ asked, found }) => {
  const workspace = database.databases.orion.workspace(WORKSPACE);
  expect(await findNames(workspace, parse(asked))).toEqual(parse(found));
});
