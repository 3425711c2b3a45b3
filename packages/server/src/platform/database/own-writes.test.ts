import { describe, expect, test } from "vitest";
import { mayWrite, OwnWrites } from "./own-writes.ts";

test.each([
  ["select id from orion.flow where workspace_id = $1 and updated > $2", false],
  ["with run as (select 1) select * from run", false],
  ["INSERT INTO orion.flow (id) values ($1)", true],
  ["with gone as (delete from orion.flow returning id) select count(*) from gone", true],
  ["select * from orion.acquire_slots($1, $2)", true],
])("%s may write: %s", (text, expected) => {
  expect(mayWrite(text)).toBe(expected);
});

describe("the position that a reader needs", () => {
  test("is none before anything was written, and not known while it is asked for", async () => {
    const asked = Promise.withResolvers<number>();
    const writes = new OwnWrites(() => asked.promise);
    expect(writes.positionFor("one")).toBe(0);
    writes.note("one");
    expect(writes.positionFor("one")).toBeUndefined();
    expect(writes.positionFor("two")).toBe(0);
    asked.resolve(70);
    await asked.promise;
    expect(writes.positionFor("one")).toBe(70);
    expect(writes.positionFor(undefined)).toBe(70);
  });

  test("is not answered by a position that was asked for before the write ended", async () => {
    const asked = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    let times = 0;
    const writes = new OwnWrites(() => asked[times++]?.promise ?? Promise.reject(new Error("asked too often")));
    writes.note("one");
    writes.positionFor("one");
    writes.note("two");
    asked[0]?.resolve(10);
    await asked[0]?.promise;
    expect(writes.positionFor("one")).toBe(10);
    expect(writes.positionFor("two")).toBeUndefined();
    asked[1]?.resolve(20);
    await asked[1]?.promise;
    expect([writes.positionFor("one"), writes.positionFor("two")]).toEqual([10, 20]);
  });

  test("is asked for again when the primary did not answer", async () => {
    const answers = [Promise.reject(new Error("away")), Promise.resolve(30)];
    const writes = new OwnWrites(() => answers.shift() ?? Promise.resolve(0));
    writes.note("one");
    expect(writes.positionFor("one")).toBeUndefined();
    await new Promise(setImmediate);
    expect(writes.positionFor("one")).toBeUndefined();
    await new Promise(setImmediate);
    expect(writes.positionFor("one")).toBe(30);
  });

  test("counts writes of all workspaces for each of them, and of very many workspaces as such", async () => {
    const writes = new OwnWrites(() => Promise.resolve(40));
    for (let number = 0; number < 10_001; number += 1) writes.note(String(number));
    expect(writes.positionFor("none of them")).toBeUndefined();
    await new Promise(setImmediate);
    expect(writes.positionFor("none of them")).toBe(40);
  });
});
