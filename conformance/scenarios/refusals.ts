import { once } from "node:events";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { basicAuth, csrf, guarded, type Context, type Group } from "../harness/group.ts";

const WRONG = "operator:wrong";
/** A path of the API's description, with an id in the place of each parameter. */
const filled = (path: string): string =>
  path.replace(/^\/api/, "").replaceAll(/\{[^}]*\}/g, "00000000-0000-4000-8000-000000000000");

/** Every operation of the API's own description. */
async function operations({ api }: Context): Promise<[method: string, path: string][]> {
  const { paths } = await api.get<{ paths: Record<string, Record<string, unknown>> }>("/openapi.json");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [method.toUpperCase(), filled(path)]),
  );
}

const SOCKETS = ["/events/in", "/events/out", "/logs/out"];
const OPEN = ["/health", "/ready"];

/** How a socket answers the first message: the type of its own, or the code and reason with which it closes. */
async function knock(url: string, token: string | null): Promise<string> {
  const socket = new WebSocket(url.replace("http", "ws"), "prefect");
  try {
    await once(socket, "open");
    const answer = Promise.race([
      once(socket, "message"),
      once(socket, "close").then(([code, reason]) => `${String(code)} ${String(reason)}`),
    ]);
    socket.send(JSON.stringify({ type: "auth", token }));
    const said = await answer;
    return typeof said === "string" ? said : String(JSON.parse(String(said[0])).type);
  } finally {
    socket.terminate();
  }
}

export const refusals: Group = {
  title: "Refusals",
  stages: [basicAuth, csrf, guarded],
  scenarios: {
    wrong_password: {
      title: "a wrong password, and none, are refused by every operation",
      stages: [basicAuth],
      check: async (context) => {
        const { api } = context;
        const all = await operations(context);
        expect(all.length).toBeGreaterThan(60);
        for (const authorization of [`Basic ${Buffer.from(WRONG).toString("base64")}`, "Bearer nobody", ""]) {
          const answers = await Promise.all(
            all.map(async ([method, path]) => [
              method,
              path,
              (await fetch(api.url + path, { method, headers: { authorization } })).status,
            ]),
          );
          const letIn = answers.filter(([, path, status]) => status !== 401 && !OPEN.includes(String(path)));
          expect(letIn).toEqual([]);
        }
        const refused = await fetch(`${api.url}/flows/filter`, { method: "POST" });
        expect([refused.status, await refused.json()]).toEqual([401, { exception_message: "Unauthorized" }]);
        for (const path of OPEN) expect((await fetch(api.url + path)).status).toBe(200);
      },
    },

    wrong_password_sockets: {
      title: "a wrong password, and none, are refused by every socket",
      stages: [basicAuth],
      check: async ({ api, configuration }) => {
        for (const path of SOCKETS) {
          expect(await knock(api.url + path, WRONG)).toBe("1008 Invalid token");
          expect(await knock(api.url + path, null)).toBe("1008 Auth required but no token provided");
          expect(await knock(api.url + path, configuration.auth ?? "")).toBe("auth_success");
        }
      },
    },

    wrong_password_client: {
      title: "a client with a wrong password can neither run a flow nor list them",
      stages: [basicAuth],
      check: async ({ client, api }) => {
        const settings = { PREFECT_API_AUTH_STRING: WRONG };
        const flow = await client.start(["refused.py"], settings).finished;
        expect(flow.code).not.toBe(0);
        expect(flow.stderr).toContain("401");
        expect(await client.startPrefect(["flow", "ls"], settings).finished).toMatchObject({ code: 1 });
        expect(await api.post("/flows/filter", { flows: { name: { any_: ["refused"] } } })).toEqual([]);
      },
    },

    missing_token: {
      title: "changes without a CSRF token, or with a wrong one, are refused; reads are not",
      stages: [csrf, guarded],
      check: async ({ api }) => {
        const create = (headers: Record<string, string>) => api.request("POST", "/flows/", { name: "never" }, headers);
        const refusals = [
          [{}, "Missing CSRF token."],
          [{ "prefect-csrf-token": "0".repeat(64) }, "Missing client identifier."],
          [
            { "prefect-csrf-token": "0".repeat(64), "prefect-csrf-client": crypto.randomUUID() },
            "Invalid CSRF token or client identifier.",
          ],
        ] as const;
        for (const [headers, detail] of refusals) {
          const answer = await create(headers);
          expect([answer.status, await answer.json()]).toEqual([403, { detail }]);
        }
        expect((await api.request("GET", "/flows/name/never")).status).toBe(404);
      },
    },

    client_without_csrf: {
      title: "a client that does not ask for CSRF tokens cannot change anything",
      stages: [csrf],
      check: async ({ client }) => {
        const flow = await client.start(["refused.py"], { PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: "false" }).finished;
        expect(flow.code).not.toBe(0);
        expect(flow.stderr).toContain("Missing CSRF token.");
      },
    },
  },
};
