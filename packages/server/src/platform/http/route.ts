import type { Readable } from "node:stream";
import { type Issue, type Schema, Written } from "@praetor/wire";
import type { Permission } from "../permissions.ts";
import { RequestInvalid } from "./request-invalid.ts";
import { contentOf, readBody, readFields } from "./read.ts";
import type { RawRequest, RequestContext } from "./request.ts";

type Fields = Readonly<Record<string, Schema<unknown>>>;
type Values<F> = { readonly [K in keyof F]: F[K] extends Schema<infer T> ? T : never };

/** A body that is not a JSON document: nothing at all, or text of another type. */
export interface BareAnswer {
  readonly bare: "empty" | "text";
  readonly contentType: string;
}
export const empty: BareAnswer = { bare: "empty", contentType: "" };
export const plainText: BareAnswer = { bare: "text", contentType: "text/plain; charset=utf-8" };
export const csv: BareAnswer = { bare: "text", contentType: "text/csv; charset=utf-8" };

type Answers = Readonly<Record<number, Schema<unknown> | BareAnswer>>;
type AnswerValue<A> = A extends Schema<infer T> ? T : A extends BareAnswer ? string | Readable | undefined : never;

/** One of the declared answers, with its value. */
export type Reply<A extends Answers> = {
  [S in keyof A]: { readonly status: S; readonly value: AnswerValue<A[S]>; readonly headers?: Record<string, string> };
}[keyof A];

export function reply<S extends number, V>(status: S, value: V, headers: Record<string, string> = {}) {
  return { status, value, headers } as const;
}

export function noContent() {
  return { status: 204, value: undefined } as const;
}

export interface RouteDefinition<P extends Fields, Q extends Fields, B, A extends Answers> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As OpenAPI writes it, without the API's base path: `/flows/{id}`. */
  readonly path: string;
  /** Answered at the root of the server, and not under the API's base path. */
  readonly besideApi?: boolean;
  readonly permission: Permission;
  /** Groups the operation in the API's description. */
  readonly tag: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: Schema<B>;
  readonly answers: A;
  readonly handle: (input: {
    readonly params: Values<P>;
    readonly query: Values<Q>;
    readonly body: B;
    readonly context: RequestContext;
  }) => Promise<Reply<A>>;
}

/** What the server sends: text, its bytes, or a stream. */
export interface Response {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array | Readable | undefined;
  readonly headers: Record<string, string>;
}

/** A row of the route table, its types folded into the function that answers. */
export interface Route extends Omit<RouteDefinition<Fields, Fields, unknown, Answers>, "handle"> {
  respond(request: RawRequest): Promise<Response>;
}

function present(answer: Schema<unknown> | BareAnswer | undefined, given: Reply<Answers>): Response {
  const headers = given.headers ?? {};
  if (answer === undefined) throw new Error(`status ${given.status} is not declared`);
  if ("bare" in answer) {
    const body = answer.bare === "empty" ? undefined : (given.value as string | Readable);
    return { status: given.status, contentType: answer.contentType, body, headers };
  }
  // Written long lists go as they are, and are not read back into texts.
  const body = given.value instanceof Written ? given.value.bytes : answer.dump(given.value);
  return { status: given.status, contentType: "application/json", body, headers };
}

/**
 * Declares a route. Whatever the request holds is parsed by the declared schemas before `handle` sees it, and
 * whatever fails to parse is answered 422 with every fault listed.
 */
export function route<P extends Fields = {}, Q extends Fields = {}, B = undefined, A extends Answers = Answers>(
  definition: RouteDefinition<P, Q, B, A>,
): Route {
  const { handle, ...described } = definition;
  return {
    ...described,
    async respond(request) {
      const issues: Issue[] = [];
      const params = readFields(definition.params, "path", request.params, issues);
      const query = readFields(definition.query, "query", request.query, issues);
      const content = definition.body && contentOf(request.body);
      const body = definition.body && readBody(definition.body, content, issues);
      if (issues.length > 0) throw new RequestInvalid(issues, request.body, content);
      const input = { params, query, body, context: request.context };
      // The schemas that made these values are the ones the definition's types were read from.
      const given = await handle(input as Parameters<typeof handle>[0]);
      return present(definition.answers[given.status as number], given as Reply<Answers>);
    },
  };
}
