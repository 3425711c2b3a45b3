import type { Log } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { type Peer, serveSockets, type TestSockets } from "../../testing/sockets.ts";
import { logsOut } from "./index.ts";

const RUN = "11111111-1111-4111-8111-111111111111";
const STREAMING = {
  PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED: "true",
  PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: "true",
};

let server: TestServer;
let sockets: TestSockets;
beforeAll(async () => {
  server = await openTestServer({ environment: STREAMING });
  sockets = await serveSockets([logsOut(server.deps)]);
});
afterAll(async () => {
  await sockets.close();
  await server.close();
});

async function follow(filter: object, of = sockets): Promise<Peer> {
  const peer = await (await of.connect("/logs/out")).authenticate();
  peer.send({ type: "filter", filter });
  // The socket answers in order, so the filter has been taken when this returns.
  await peer.ping();
  return peer;
}
const write = (...lines: object[]) =>
  server.ask(
    "POST",
    "/logs/",
    lines.map((line) => ({ name: "n", level: 20, message: "m", timestamp: "2026-11-23T00:00:00Z", ...line })),
  );

describe("whoever follows logs", () => {
  it("is sent the lines that its filter asks for, as they are stored", async () => {
    const peer = await follow({ flow_run_id: { any_: [RUN] }, level: { ge_: 30 } });
    await write({ flow_run_id: RUN }, { level: 40 }, { flow_run_id: RUN, level: 40, message: "wanted" });
    const frame = (await peer.next()) as { type: string; log: Log };
    const [stored] = (await server.ask("POST", "/logs/filter", { logs: { text: { query: "wanted" } } })).body as Log[];
    expect(frame).toEqual({ type: "log", log: stored });
    expect(peer.frames).toEqual([]);
  });

  it("is sent nothing of before", async () => {
    await write({ message: "before" });
    const peer = await follow({ text: { query: "before after" } });
    await write({ message: "after" });
    expect(await peer.next()).toMatchObject({ log: { message: "after" } });
  });

  it("is sent away with a filter that is none", async () => {
    const peer = await (await sockets.connect("/logs/out")).authenticate();
    peer.send({ type: "filter", filter: { name: { any_: ["x"] } } });
    expect(await peer.ended).toMatchObject({ code: 1002, reason: expect.stringContaining("Invalid filter") });
  });

  it("hears nothing where the settings do not let it, and stays connected", async () => {
    const settings = { ...server.deps.settings, logs: { ...server.deps.settings.logs, streamOutEnabled: false } };
    const silent = await serveSockets([logsOut({ ...server.deps, settings })]);
    const [peer, other] = [await follow({}, silent), await follow({})];
    await write({ message: "told" });
    await other.next();
    await peer.ping();
    expect(peer.frames).toEqual([]);
    await silent.close();
  });
});
