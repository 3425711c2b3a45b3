import type { Log, LogCreate } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { createLogPartitions } from "./index.ts";

const RUN = "11111111-1111-4111-8111-111111111111";
const TASK_RUN = "22222222-2222-4222-8222-222222222222";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: "true" } });
});
beforeEach(() => server.deps.databases.events.system.compose(() => sql`delete from events.log`));
afterAll(() => server.close());

const line = (change: object = {}) => ({
  name: "prefect.flow_runs",
  level: 20,
  message: "hello",
  timestamp: "2026-11-23 06:17:31.289769+00:00",
  ...change,
});
const write = (...lines: object[]) => server.ask("POST", "/logs/", lines);
async function read(body?: object): Promise<Log[]> {
  return (await server.ask("POST", "/logs/filter", body)).body as Log[];
}

describe("log lines", () => {
  it("are stored as they were sent, and answered with null", async () => {
    const answer = await write(
      line({ flow_run_id: RUN }),
      line({ task_run_id: TASK_RUN, level: 50, timestamp: 1795415309.146411 }),
    );
    expect(answer).toMatchObject({ status: 201, body: null });
    const [first, second] = await read();
    expect(first).toMatchObject({ ...line(), timestamp: "2026-11-23T06:17:31.289769Z", flow_run_id: RUN, task_run_id: null });
    expect(second).toMatchObject({
      level: 50,
      timestamp: "2026-11-23T06:28:29.146411Z",
      flow_run_id: null,
      task_run_id: TASK_RUN,
    });
    expect(first?.updated).toBe(first?.created);
  });

  it("lose their NUL characters, and nothing else", async () => {
    await write(line({ message: 'a\0b "c" \\ {d},\n\té\u{1f600}', name: "x\0y" }));
    expect(await read()).toMatchObject([{ message: 'ab "c" \\ {d},\n\té\u{1f600}', name: "xy" }]);
  });

  it.each([
    { body: [{ ...line(), worker_id: null }], type: "extra_forbidden" },
    { body: [{ ...line(), level: "x" }], type: "int_parsing" },
    { body: [{ ...line(), message: null }], type: "string_type" },
    { body: [line(), { ...line(), flow_run_id: "x" }], type: "uuid_parsing" },
    { body: line(), type: "is_instance_of" },
    { body: undefined, type: "missing" },
  ])("are refused as a whole with $type", async ({ body, type }) => {
    const answer = await server.ask("POST", "/logs/", body);
    expect(answer).toMatchObject({ status: 422, body: { exception_detail: [{ type }] } });
    expect(await read()).toEqual([]);
  });

  it("need not be any", async () => {
    expect(await write()).toMatchObject({ status: 201, body: null });
  });

  it("of requests that arrive together are stored all, but for those of a request that cannot be", async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        write(line({ message: `line ${index}`, level: index === 7 ? 2 ** 40 : 20 }), line()),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index === 7 ? 422 : 201)));
    expect(await read()).toHaveLength(58);
  });

  it("are told to whoever follows them, once they are stored", async () => {
    const { promise: told, resolve: tell } = Promise.withResolvers<Log>();
    const unsubscribe = server.deps.bus.subscribe("logs", ({ log }) => tell(log));
    await write(line({ message: "followed" }));
    expect(await told).toEqual((await read())[0]);
    unsubscribe();
  });

  it("move into a partition that is made for their time", async () => {
    const now = server.deps.clock.now();
    await write(line({ timestamp: now }), line({ timestamp: "1999-01-01T00:00:00Z" }));
    await createLogPartitions(server.deps);
    await write(line({ timestamp: now }));
    const rows = await server.deps.databases.events.system.compose<{ partition: string }>(
      () => sql`select tableoid::regclass::text as partition from events.log order by timestamp desc`,
    );
    expect(rows.map(({ partition }) => partition.replace(/\d+$/, "*"))).toEqual([
      "events.log_*",
      "events.log_*",
      "events.log_default",
    ]);
  });

  it("go with their runs", async () => {
    const flow = (await server.ask("POST", "/flows/", { name: "logging" })).body as { id: string };
    const run = (await server.ask("POST", "/flow_runs/", { flow_id: flow.id })).body as { id: string };
    const task = { flow_run_id: run.id, task_key: "k", dynamic_key: "0" };
    const taskRun = (await server.ask("POST", "/task_runs/", task)).body as { id: string };
    const messages = async () => (await read()).map(({ message }) => message);
    const at = (second: number, change: object) => line({ ...change, timestamp: `2026-11-23T00:00:0${second}Z` });
    await write(at(1, { message: "stays" }), at(2, { message: "of the run", flow_run_id: run.id }));
    await write(at(3, { message: "of the task", task_run_id: taskRun.id }));
    await server.ask("DELETE", `/task_runs/${taskRun.id}`);
    expect(await messages()).toEqual(["stays", "of the run"]);
    await server.ask("POST", "/flow_runs/bulk_delete", { flow_runs: { id: { any_: [run.id] } } });
    expect(await messages()).toEqual(["stays"]);
  });
});

describe("lists of log lines", () => {
  it("are pages in the order of time", async () => {
    await write(...[3, 1, 2].map((second) => line({ message: String(second), timestamp: `2026-11-23T00:00:0${second}Z` })));
    const messages = async (body: object) => (await read(body)).map(({ message }) => message);
    expect(await messages({})).toEqual(["1", "2", "3"]);
    expect(await messages({ sort: "TIMESTAMP_DESC", limit: 2 })).toEqual(["3", "2"]);
    expect(await messages({ offset: 2 })).toEqual(["3"]);
    expect(await messages({ limit: 0 })).toEqual([]);
    expect((await server.ask("POST", "/logs/filter", { limit: 201 })).status).toBe(422);
  });

  it.each([
    { filter: sql`flow_run_id = md5('1')::uuid`, index: "flow_run_id" },
    { filter: sql`task_run_id = md5('1')::uuid`, index: "task_run_id" },
    { filter: sql`level >= 10`, index: "timestamp" },
  ])("come out of an index by $index, without a sort of all", async ({ filter, index }) => {
    await createLogPartitions(server.deps);
    const { system } = server.deps.databases.events;
    await system.compose(
      () => sql`insert into events.log (workspace_id, id, timestamp, level, flow_run_id, task_run_id, name, message)
        select '00000000-0000-4000-8000-000000000002', gen_random_uuid(), now() - number * interval '10 s', 20,
          md5((number % 2)::text)::uuid, md5((number % 5)::text)::uuid, 'name', 'message'
        from generate_series(1, 20000) number`,
    );
    await system.compose(() => sql`analyze events.log`);
    const plan = await system.compose<{ "QUERY PLAN": string }>(
      () => sql`explain select id from events.log
        where workspace_id = '00000000-0000-4000-8000-000000000002' and ${filter} order by timestamp limit 200`,
    );
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(text).toMatch(new RegExp(`Index Scan using log_\\d+_workspace_id_(${index}_)?timestamp_idx`));
    // The partitions are merged in their order; a sort below the merge is of a partition that is empty.
    expect(text).toMatch(/^Limit.*\n *-> {2}Merge Append/);
  });
});

describe("the download of a flow run's lines", () => {
  async function flowRun(name: string): Promise<string> {
    const flow = (await server.ask("POST", "/flows/", { name: "logging" })).body as { id: string };
    const run = (await server.ask("POST", "/flow_runs/", { flow_id: flow.id, name })).body as { id: string };
    return run.id;
  }

  it("is CSV of all of them, oldest first", async () => {
    const id = await flowRun("my run");
    await write(
      line({ flow_run_id: id, timestamp: "2026-11-23T06:17:32Z", task_run_id: TASK_RUN, message: 'a, "b"\nc' }),
      line({ flow_run_id: id }),
      line(),
    );
    const answer = await server.ask("GET", `/flow_runs/${id}/logs/download`);
    expect(answer.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": "attachment; filename=\"flow-run-logs.csv\"; filename*=UTF-8''my%20run-logs.csv",
    });
    expect(answer.text.split("\r\n")).toEqual([
      "timestamp,level,flow_run_id,task_run_id,message",
      `2026-11-23 06:17:31.289769+00:00,20,${id},,hello`,
      `2026-11-23 06:17:32+00:00,20,${id},${TASK_RUN},"a, ""b""\nc"`,
      "",
    ]);
  });

  it("goes on over pages, also where many lines share an instant", async () => {
    const id = await flowRun("long");
    const lines: Pick<LogCreate, "message">[] = Array.from({ length: 2500 }, (_, index) =>
      line({ flow_run_id: id, message: `#${index}` }),
    );
    await write(...lines);
    const rows = (await server.ask("GET", `/flow_runs/${id}/logs/download`)).text.trim().split("\r\n").slice(1);
    expect(new Set(rows.map((row) => row.split(",").at(-1))).size).toBe(2500);
    expect(rows).toHaveLength(2500);
  });

  it("is not found without a run", async () => {
    expect(await server.ask("GET", `/flow_runs/${RUN}/logs/download`)).toMatchObject({
      status: 404,
      body: { detail: "Flow run not found" },
    });
  });
});
