import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestServer } from "../../testing/server.ts";

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** The API on a port, for a command that asks over the network. */
export async function listen(server: TestServer): Promise<Listening> {
  const http = createServer((request, response) => {
    void (async () => {
      const authorization = request.headers.authorization ?? "";
      const answer = await server.send({ method: "GET", url: request.url ?? "", headers: { authorization } });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text);
    })();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api`,
    close: () => new Promise((resolve) => http.close(() => resolve())),
  };
}
