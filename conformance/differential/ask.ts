import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { Answer, Call, Json } from "./call.ts";

const agent = new Agent({ keepAlive: true });
const PATIENCE_MILLISECONDS = 60_000;
/** As a proxy would answer for a server that says nothing. */
export const SILENCE: Answer = { status: 504, type: "", body: "no answer", retryAfter: false };
/** The client whose rules the original then applies. */
const CLIENT = { "user-agent": "prefect/3.8.3 (API 0.8.4)", "content-type": "application/json" };

/** Asks the API at that address. */
export async function ask(api: string, call: Call): Promise<Answer> {
  const path = Object.entries(call.params ?? {}).reduce(
    (template, [key, value]) => template.replace(`{${key}}`, encodeURIComponent(textOf(value))),
    call.path,
  );
  const query = new URLSearchParams(
    Object.fromEntries(Object.entries(call.query ?? {}).map(([key, value]) => [key, textOf(value)])),
  );
  const answer = await send(`${api}${path}${query.size > 0 ? `?${query.toString()}` : ""}`, call);
  return answer === undefined ? SILENCE : read(answer);
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Undefined where the server says nothing in time. */
function send(url: string, call: Call): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: call.method, headers: { ...CLIENT, ...call.headers }, agent }, resolve);
    sent.setTimeout(PATIENCE_MILLISECONDS, () => {
      resolve(undefined);
      sent.destroy();
    });
    sent.on("error", (error) => {
      // The server gave up an idle connection just as it was taken for this request, which it therefore never read.
      if (sent.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(send(url, call));
      else reject(error);
    });
    sent.end(call.body === undefined ? undefined : JSON.stringify(call.body));
  });
}

async function read(answer: IncomingMessage): Promise<Answer> {
  const type = answer.headers["content-type"] ?? "";
  const body = await text(answer);
  return {
    status: answer.statusCode ?? 0,
    type,
    body: type.startsWith("application/json") ? (JSON.parse(body) as Json) : body,
    retryAfter: "retry-after" in answer.headers,
  };
}
