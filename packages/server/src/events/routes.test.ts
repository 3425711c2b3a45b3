import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../platform/database/index.ts";
import type { Service } from "../platform/service.ts";
import { buildWorker } from "../services/workers.ts";
import { openTestServer, type TestServer } from "../testing/server.ts";

let server: TestServer;
let persister: Service;
beforeAll(async () => {
  server = await openTestServer();
  persister = buildWorker("event-persister", server.deps);
  await persister.start();
});
afterAll(async () => {
  await persister.stop();
  await server.close();
});

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;
/** Seven events over three days, two names and three resources. */
const event = (n: number) => ({
  occurred: `2026-11-2${n % 3}T1${n}:00:00Z`,
  event: `e.${n % 2}`,
  resource: { "prefect.resource.id": `r.${n % 3}`, "prefect.resource.name": `name${n}` },
  id: idOf(n),
});
const range = { occurred: { since: "2026-11-19T12:00:00Z", until: "2026-11-22T13:00:00Z" } };
interface Page {
  readonly events: { id: string }[];
  readonly total: number;
  readonly next_page: string | null;
}
const page = async (body: unknown) => (await server.ask("POST", "/events/filter", body)).body as Page;
const numbers = ({ events }: Page) => events.map(({ id }) => Number(id.slice(-2)));

beforeAll(async () => {
  const answer = await server.ask("POST", "/events", [1, 2, 3, 4, 5, 6, 7].map(event));
  expect([answer.status, answer.text]).toEqual([204, ""]);
});

describe("recording", () => {
  test("an event answers as it was sent, with what it left out and when it was received", async () => {
    const payload = '{"ratio":1.0,"big":18446744073709551616,"z":1,"a":2}';
    const sent = JSON.stringify({ ...event(8), related: [{ "prefect.resource.id": "x", "prefect.resource.role": "y" }] });
    await server.send({
      method: "POST",
      url: "/api/events",
      headers: { "content-type": "application/json" },
      payload: `[${sent.slice(0, -1)},"payload":${payload}}]`,
    });
    const answer = await server.ask("POST", "/events/filter", { filter: { ...since2020, id: { id: [idOf(8)] } } });
    expect(answer.text).toContain(`"related":[{"prefect.resource.id":"x","prefect.resource.role":"y"}],"payload":${payload},`);
    expect((answer.body as Page).events[0]).toMatchObject({ ...event(8), follows: null, received: expect.any(String) });
    await server.deps.databases.events.system.compose(() => sql`delete from events.event where id = ${idOf(8)}::uuid`);
  });

  test("one invalid event refuses them all", async () => {
    const { status, body } = await server.ask("POST", "/events", [event(9), {}]);
    expect(status).toBe(422);
    const missing = ["occurred", "event", "resource", "id"];
    const exception_detail = missing.map((key) => ({ type: "missing", loc: ["body", 1, key], msg: "Field required", input: {} }));
    expect(body).toMatchObject({ exception_message: "Invalid request received.", exception_detail });
    expect((await page({ filter: { id: { id: [idOf(9)] } } })).total).toBe(0);
  });

  test.each([
    [{}, "list_type", ["body"]],
    [[{ ...event(9), resource: {} }], "value_error", ["body", 0, "resource"]],
    [[{ ...event(9), event: "x".repeat(1025) }], "value_error", ["body", 0, "event"]],
    [[{ ...event(9), id: undefined }], "missing", ["body", 0, "id"]],
    [[{ ...event(9), related: [{ "prefect.resource.id": "x" }] }], "value_error", ["body", 0, "related", 0]],
  ])("%j is refused", async (body, type, loc) => {
    const answer = await server.ask("POST", "/events", body);
    expect(answer).toMatchObject({ status: 422, body: { exception_detail: [{ type, loc }] } });
  });

  test("no events are fine, and one over the size limit is dropped in silence", async () => {
    expect((await server.ask("POST", "/events", [])).status).toBe(204);
    const large = { ...event(9), payload: { text: "x".repeat(1_500_001) } };
    expect((await server.ask("POST", "/events", [large])).status).toBe(204);
    expect((await page({ filter: { id: { id: [idOf(9)] } } })).total).toBe(0);
  });
});

const since2020 = { occurred: { since: "2020-01-01T00:00:00Z", until: "2030-01-01T00:00:00Z" } };

describe("querying", () => {
  test("pages follow each other by absolute addresses, the newest first", async () => {
    const first = await page({ filter: range, limit: 4 });
    expect([numbers(first), first.total]).toEqual([[2, 7, 4, 1], 6]);
    expect(first.next_page).toMatch(/^http:\/\/localhost(:\d+)?\/api\/events\/filter\/next\?page-token=[A-Za-z0-9]+=*$/);
    const next = await server.send({ method: "GET", url: first.next_page ?? "" });
    expect(next.status).toBe(200);
    expect(next.body).toMatchObject({ total: 6, next_page: null });
    expect(numbers(next.body as Page)).toEqual([6, 3]);
  });

  test("the next address is one that the caller can reach", async () => {
    const headers = { "x-forwarded-host": "prefect.example.com", "x-forwarded-proto": "https" };
    const { body } = await server.ask("POST", "/events/filter", { filter: range, limit: 1 }, headers);
    expect((body as Page).next_page).toMatch(/^https:\/\/prefect\.example\.com\/api\/events\/filter\/next\?/);
    const { body: next } = await server.ask(
      "GET",
      `/events/filter/next?${(body as Page).next_page?.split("?")[1]}`,
      undefined,
      headers,
    );
    expect((next as Page).next_page).toMatch(/^https:\/\/prefect\.example\.com\/api/);
  });

  test("walking through pages of one meets every event once, in either order", async () => {
    for (const order of ["ASC", "DESC"]) {
      const seen: number[] = [];
      let current: Page | undefined = await page({ filter: { ...range, order }, limit: 1 });
      while (current) {
        seen.push(...numbers(current));
        current =
          current.next_page === null ? undefined : ((await server.send({ method: "GET", url: current.next_page })).body as Page);
      }
      expect(seen).toEqual(order === "ASC" ? [3, 6, 1, 4, 7, 2] : [2, 7, 4, 1, 6, 3]);
    }
  });

  test("events of one instant are told apart by their ids from page to page", async () => {
    const twins = [21, 22, 23].map((n) => ({ ...event(1), event: "twin", id: idOf(n) }));
    await server.ask("POST", "/events", twins);
    const first = await page({ filter: { ...since2020, event: { name: ["twin"] } }, limit: 2 });
    const second = (await server.send({ method: "GET", url: first.next_page ?? "" })).body as Page;
    expect([...numbers(first), ...numbers(second)]).toEqual([23, 22, 21]);
    await server.deps.databases.events.system.compose(() => sql`delete from events.event where event = 'twin'`);
  });

  test("distinct gives one event for each resource and counts resources", async () => {
    const newest = await page({ filter: { ...range, resource: { distinct: true } }, limit: 2 });
    expect([numbers(newest), newest.total]).toEqual([[2, 7], 3]);
    const rest = (await server.send({ method: "GET", url: newest.next_page ?? "" })).body as Page;
    expect([numbers(rest), rest.next_page]).toEqual([[6], null]);
    expect(numbers(await page({ filter: { ...range, resource: { distinct: true }, order: "ASC" } }))).toEqual([3, 1, 2]);
  });

  test.each([{ filter: null }, {}, undefined])("without a filter (%j) the last half year is meant", async (body) => {
    const answer = await server.ask("POST", "/events/filter", body);
    expect(answer).toMatchObject({ status: 200, body: { next_page: null } });
  });

  test("a page of nothing leads to another", async () => {
    const { events, total, next_page } = await page({ filter: range, limit: 0 });
    expect([events, total, typeof next_page]).toEqual([[], 6, "string"]);
  });

  test.each([
    [{ limit: 51 }, "less_than_equal", ["body", "limit"]],
    [{ limit: -1 }, "greater_than_equal", ["body", "limit"]],
    [{ filter: { x: 1 } }, "extra_forbidden", ["body", "filter", "x"]],
    [{ filter: { resource: { labels: { a: 1 } } } }, "string_type", ["body", "filter", "resource", "labels", "a", "str"]],
    [{ filter: { text: { query: "x".repeat(201) } } }, "string_too_long", ["body", "filter", "text", "query"]],
  ])("%j is refused", async (body, type, loc) => {
    const answer = await server.ask("POST", "/events/filter", body);
    expect(answer).toMatchObject({
      status: 422,
      body: { exception_detail: expect.arrayContaining([expect.objectContaining({ type, loc })]) },
    });
  });

  test.each([
    "",
    "abc",
    "!!!!",
    "eHh4",
    "ZXlKNElqb3hmUT09",
    Buffer.from(Buffer.from("[[").toString("base64")).toString("base64"),
  ])("the page token %j is nobody's", async (token) => {
    const answer = await server.ask("GET", `/events/filter/next?page-token=${encodeURIComponent(token)}`);
    expect(answer).toMatchObject({ status: 403, body: { detail: "Forbidden" } });
  });

  test("a page needs a token", async () => {
    const answer = await server.ask("GET", "/events/filter/next?");
    expect(answer.body).toMatchObject({ exception_detail: [{ type: "missing", loc: ["query", "page-token"], input: null }] });
  });
});

const count = async (countable: string, body: Record<string, unknown>) => {
  const answer = await server.ask("POST", `/events/count-by/${countable}`, { filter: range, ...body });
  expect(answer.status).toBe(200);
  return answer.body as { value: string; label: string; count: number; start_time: string; end_time: string }[];
};

describe("counting", () => {
  test.each([
    ["day", {}],
    ["time", {}],
    ["day", { time_unit: "hour", time_interval: 24 }],
  ])("by %s of a day (%j): days without events are there too", async (countable, body) => {
    const days = await count(countable, body);
    expect(days.map(({ value, count }) => [value, count])).toEqual([
      ["0", 0],
      ["1", 2],
      ["2", 3],
      ["3", 1],
    ]);
    expect(days[1]).toEqual({
      value: "1",
      label: "2026-11-20T00:00:00+00:00",
      count: 2,
      start_time: "2026-11-20T00:00:00Z",
      end_time: "2026-11-20T23:59:59.999999Z",
    });
  });

  test("by time of half a day: buckets are counted from a fixed Monday, whatever the range", async () => {
    const halves = await count("time", { time_unit: "hour", time_interval: 12 });
    expect(halves.map(({ count }) => count)).toEqual([0, 0, 2, 1, 2, 0, 1]);
    const shifted = await count("time", {
      filter: { occurred: { ...range.occurred, since: "2026-11-20T17:23:45Z" } },
      time_unit: "hour",
      time_interval: 12,
    });
    expect(shifted[0]).toMatchObject({ start_time: "2026-11-20T12:00:00Z", count: 0 });
  });

  test("by week", async () => {
    expect(await count("time", { time_unit: "week" })).toMatchObject([{ count: 6, start_time: "2026-11-16T00:00:00Z" }]);
  });

  test("by parts of seconds", async () => {
    const occurred = { since: "2026-11-19T12:00:00Z", until: "2026-11-19T12:00:05Z" };
    const spans = await count("time", { filter: { occurred }, time_unit: "second", time_interval: 2.5 });
    expect(spans.map(({ label, end_time }) => [label, end_time])).toEqual([
      ["2026-11-19T12:00:00+00:00", "2026-11-19T12:00:02.499999Z"],
      ["2026-11-19T12:00:02.500000+00:00", "2026-11-19T12:00:04.999999Z"],
    ]);
  });

  test("the future is cut off where the present unit ends", async () => {
    const now = Date.now();
    const occurred = { since: new Date(now - 86_400_000).toISOString(), until: new Date(now + 10 * 86_400_000).toISOString() };
    expect(await count("time", { filter: { occurred } })).toHaveLength(2);
  });

  test("by event, the most frequent first", async () => {
    expect(await count("event", {})).toEqual([
      { value: "e.0", label: "e.0", count: 3, start_time: "2026-11-20T16:00:00Z", end_time: "2026-11-22T12:00:00Z" },
      { value: "e.1", label: "e.1", count: 3, start_time: "2026-11-20T13:00:00Z", end_time: "2026-11-21T17:00:00Z" },
    ]);
  });

  test("by resource, each with the name that it had last", async () => {
    expect(await count("resource", {})).toEqual([
      { value: "r.1", label: "name7", count: 3, start_time: "2026-11-21T11:00:00Z", end_time: "2026-11-21T17:00:00Z" },
      { value: "r.0", label: "name6", count: 2, start_time: "2026-11-20T13:00:00Z", end_time: "2026-11-20T16:00:00Z" },
      { value: "r.2", label: "name2", count: 1, start_time: "2026-11-22T12:00:00Z", end_time: "2026-11-22T12:00:00Z" },
    ]);
  });

  test.each(["time", "event"])("too many buckets are refused, by %s too", async (countable) => {
    const { status, body } = await server.ask("POST", `/events/count-by/${countable}`, { filter: range, time_unit: "second" });
    const detail =
      "The given interval would create 262800 buckets, which is too many. Please increase the interval or reduce the time range to produce 1000 buckets or fewer.";
    expect([status, body]).toEqual([422, { detail }]);
  });

  test.each([
    ["time", { filter: range, time_interval: 0.001 }, "greater_than_equal", ["body", "time_interval"]],
    ["time", { filter: range, time_unit: "month" }, "enum", ["body", "time_unit"]],
    ["nothing", { filter: range }, "enum", ["path", "countable"]],
    ["time", {}, "missing", ["body", "filter"]],
    ["time", { filter: null }, "missing", ["body", "filter"]],
  ])("by %s of %j is refused", async (countable, body, type, loc) => {
    const answer = await server.ask("POST", `/events/count-by/${countable}`, body);
    expect(answer).toMatchObject({ status: 422, body: { exception_detail: [{ type, loc }] } });
  });
});
