import { Secret } from "@praetor/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveSockets, type TestSockets } from "../../testing/sockets.ts";
import { socket } from "../http/index.ts";
import { answerPings, shakeHands } from "./index.ts";

/** A socket that says "welcome" when it lets a peer in, and then repeats what it hears. */
const echo = (credential: Secret | null) =>
  socket({
    path: "/echo",
    permission: "see_events",
    handle(connection) {
      shakeHands(connection, credential, () => {
        answerPings(connection.socket);
        connection.socket.send('"welcome"');
        connection.socket.on("message", (data) => connection.socket.send(data as Buffer, { binary: false }));
      });
    },
  });

let open: TestSockets;
let guarded: TestSockets;
beforeAll(async () => {
  open = await serveSockets([echo(null)]);
  guarded = await serveSockets([echo(Secret.of("admin:pass"))], { guarded: true });
});
afterAll(() => Promise.all([open.close(), guarded.close()]));

const refusals: [first: string, open: string | null, guarded: string | null][] = [
  ['{"type":"auth","token":"admin:pass"}', null, null],
  ['{"type":"auth","token":"wrong"}', null, "Invalid token"],
  ['{"type":"auth","token":null}', null, "Auth required but no token provided"],
  ['{"type":"auth","token":""}', null, "Auth required but no token provided"],
  ['{"type":"auth","token":7}', null, "Auth required but no token provided"],
  ['{"type":"auth"}', null, "Auth required but no token provided"],
  ['{"type":"filter"}', "Expected 'auth' message", "Expected 'auth' message"],
  ["[]", "Expected 'auth' message", "Expected 'auth' message"],
  ["not JSON", "Expected 'auth' message", "Expected 'auth' message"],
];

describe.each(refusals)("a peer that begins with %s", (first, refusedOpen, refusedGuarded) => {
  test.each([
    ["no credential", refusedOpen, () => open],
    ["a credential", refusedGuarded, () => guarded],
  ] as const)("where %s is asked for", async (_, refusal, server) => {
    const peer = await server().connect("/echo");
    expect(peer.socket.protocol).toBe("prefect");
    peer.send(first);
    if (refusal !== null) return expect(await peer.ended).toEqual({ code: 1008, reason: refusal });
    expect(await peer.next()).toEqual({ type: "auth_success" });
    expect(await peer.next()).toBe("welcome");
  });
});

test("what follows the handshake in the same packet is not lost", async () => {
  const peer = await open.connect("/echo");
  peer.send({ type: "auth", token: null });
  peer.send("1");
  peer.send("2");
  expect([await peer.next(), await peer.next(), await peer.next(), await peer.next()]).toEqual([
    { type: "auth_success" },
    "welcome",
    1,
    2,
  ]);
});

test("pings are answered before and after the handshake", async () => {
  const peer = await open.connect("/echo");
  await peer.ping();
  await peer.authenticate();
  await peer.ping();
  expect(peer.pongs).toBe(2);
});

test("a peer without the subprotocol is let in at once, but not where a credential is asked for", async () => {
  const peer = await open.connect("/echo", { subprotocol: false });
  expect(await peer.next()).toBe("welcome");
  await expect(guarded.connect("/echo", { subprotocol: false })).rejects.toThrow("403");
});

test("an unknown path is refused", async () => {
  await expect(open.connect("/nowhere")).rejects.toThrow("403");
});

test("a stopping server says that it goes away, and who was there is counted", async () => {
  const server = await serveSockets([echo(null)]);
  const peer = await server.connect("/echo");
  await peer.authenticate();
  expect(server.open.get("/echo")).toBe(1);
  await server.close();
  expect(await peer.ended).toMatchObject({ code: 1001 });
  expect(server.open.get("/echo")).toBe(0);
});
