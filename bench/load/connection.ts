/**
 * One keep-alive HTTP connection that carries one request at a time. Node's own client costs about as much CPU as the
 * server under test and would take it away from it on a small machine; this one writes text and counts bytes.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export class Answer {
  readonly status: number;
  readonly bytes: Buffer;
  /** Seconds, as text, where the server asks to come again. */
  readonly retryAfter: string | undefined;

  constructor(status: number, bytes: Buffer, retryAfter: string | undefined) {
    this.status = status;
    this.bytes = bytes;
    this.retryAfter = retryAfter;
  }

  get body(): string {
    return this.bytes.toString("utf8");
  }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = Buffer.from("\r\n\r\n");

export class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #basePath: string;
  /** What came of a head that is not complete. */
  #head: Buffer = Buffer.alloc(0);
  #answer: { readonly status: number; readonly body: Buffer; length: number; retryAfter: string | undefined } | undefined;
  #waiting: Waiting | undefined;

  private constructor(socket: Socket, { host, pathname }: URL) {
    this.#socket = socket;
    this.#host = host;
    this.#basePath = pathname.replace(/\/$/, "");
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static async open(url: string): Promise<Connection> {
    const target = new URL(url);
    const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    await once(socket, "connect");
    return new Connection(socket, target);
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  /** `path` is below the URL that was opened; the body, if any, is JSON text. */
  send(method: "GET" | "POST", path: string, body = ""): Promise<Answer> {
    const head = `${method} ${this.#basePath}${path} HTTP/1.1\r\nhost: ${this.#host}\r\nuser-agent: prefect/3.8.3 (API 0.8.4)\r\n`;
    const length = Buffer.byteLength(body);
    this.#socket.write(
      `${head}x-prefect-api-version: 0.8.4\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
    );
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #take(chunk: Buffer): void {
    const rest = this.#answer === undefined ? this.#takeHead(chunk) : chunk;
    const answer = this.#answer;
    if (answer === undefined) return;
    answer.length += rest.copy(answer.body, answer.length);
    if (answer.length < answer.body.length) return;
    const waiting = this.#waiting;
    this.#answer = undefined;
    this.#waiting = undefined;
    waiting?.resolve(new Answer(answer.status, answer.body, answer.retryAfter));
  }

  /** Reads the head, if it is complete now, and gives what follows it. */
  #takeHead(chunk: Buffer): Buffer {
    const received = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = received.indexOf(HEAD_END);
    this.#head = end === -1 ? received : Buffer.alloc(0);
    if (end === -1) return this.#head;
    const head = received.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const retryAfter = /\r\nretry-after: *(\S+)/i.exec(head)?.[1];
    this.#answer = { status: Number(head.slice(9, 12)), body: Buffer.allocUnsafe(length), length: 0, retryAfter };
    return received.subarray(end + HEAD_END.length);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
