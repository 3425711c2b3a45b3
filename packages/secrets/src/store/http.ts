import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { StoreError } from "./store-error.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates that sign the server's, in PEM; unless given, those of Node. */
  readonly authorities?: string;
  readonly verifyTls: boolean;
  readonly seconds: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
}

/** More than any answer of a store; who sends more is none. */
const largestAnswer = 8 * 1024 * 1024;

/** Sends one request. The `fetch` of Node takes no certificates, hence this. */
export function send(options: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, authorities, verifyTls, seconds } = options;
  const request = url.protocol === "https:" ? requestTls : requestPlain;
  const tls = { rejectUnauthorized: verifyTls, ...(authorities !== undefined && { ca: authorities }) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal: AbortSignal.timeout(seconds * 1000), ...tls }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestAnswer) sent.destroy();
        else chunks.push(chunk);
      });
      response.on("error", (error) => reject(unreachable(url, error)));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
          location: response.headers.location,
        }),
      );
    });
    sent.on("error", (error) => reject(unreachable(url, error)));
    sent.end(body);
  });
}

function unreachable(url: URL, error: Error): StoreError {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const remedy = /CERT|SELF_SIGNED|TLS|SSL/.test(code)
    ? "Name the file of the authority that signed its certificate in VAULT_CACERT (or BAO_CACERT)."
    : "Check the address, and that the store can be reached from here.";
  return new StoreError("store_unreachable", `${url.origin} cannot be reached (${code}).`, remedy);
}
