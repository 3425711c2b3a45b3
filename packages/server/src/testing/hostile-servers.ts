import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { percentEncode } from "@praetor/secrets";

/** A server that answers everything by repeating what it was sent: the worst that a driver's error can carry. */
export interface HostileServer {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Asks for the password as it is, and refuses it with an error that has a connection string with it. */
export function hostilePostgres(code: string): Promise<HostileServer> {
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      if (data.length >= 8 && data.readInt32BE(4) === 80_877_103) socket.write("N");
      else if (data[0] !== 0x70) socket.write(message("R", Buffer.from([0, 0, 0, 3])));
      else {
        const password = data.toString("utf8", 5, data.length - 1);
        const text = `cannot open postgresql://prefect:${percentEncode(password)}@db:5432/orion with "${password}"`;
        const fields = ["SFATAL", "VFATAL", `C${code}`, `M${text}`, `D${text}`, `H${text}`].map((field) => `${field}\0`);
        socket.end(message("E", ...fields, "\0"));
      }
    });
  });
  return listen(server);
}

export function hostileRedis(): Promise<HostileServer> {
  return listen(
    createServer((socket) => {
      socket.on("data", (data) => socket.write(`-ERR cannot do ${data.toString("utf8").replaceAll(/[\r\n]+/g, " ")}\r\n`));
    }),
  );
}

export function hostileMail(): Promise<HostileServer> {
  return listen(
    createServer((socket) => {
      socket.write("220 hostile ESMTP\r\n");
      socket.on("data", (data) => {
        const line = data.toString("utf8").trim();
        const decoded = Buffer.from(line.split(" ").at(-1) ?? "", "base64")
          .toString("utf8")
          .replaceAll("\0", " ");
        socket.write(line.startsWith("EHLO") ? "250-hostile\r\n250 AUTH PLAIN\r\n" : `535 5.7.8 not ${decoded} (${line})\r\n`);
      });
    }),
  );
}

/** A provider of sign-on whose errors repeat the client's secret. */
export function hostileSignOn(): Promise<HostileServer> {
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const origin = `http://${request.headers.host}`;
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const secret = form.get("client_secret") ?? request.headers.authorization ?? "";
      response.writeHead(request.method === "POST" ? 418 : 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(
          request.method === "POST"
            ? { error: secret, error_description: secret }
            : { issuer: origin, token_endpoint: `${origin}/token`, authorization: secret },
        ),
      );
    });
  });
  return listen(server);
}
