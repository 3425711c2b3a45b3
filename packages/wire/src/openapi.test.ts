import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { boolean, integer, json, jsonObject, list, literal, model, nullable, number, parts, string, uuid } from "./kit/index.ts";
import { schemaDifferences } from "./kit/same-schema.ts";
import { openApi } from "./openapi.ts";

const recorded = JSON.parse(readFileSync(new URL("kit/recorded/bodies.json", import.meta.url), "utf8")).openapi;

const Point = model<{ x: number; y: number }>("Point", { x: integer(), y: number().default(0) });
const sort = literal("a", "b").default("a");
const post = (summary: string, path: string, body: Parameters<typeof list>[0]) => ({
  method: "POST",
  path,
  summary,
  body,
  answers: { 200: json() },
});
const key = { id: uuid(), key: string() };

/** The framework describes one kind of refusal, and in another form than the original's. */
function withoutRefusals(document: unknown): unknown {
  const refusals = new Set(["422", "4XX", "HTTPValidationError", "ValidationError", "Refusal"]);
  return JSON.parse(JSON.stringify(document, (key, value) => (refusals.has(key) ? undefined : value)));
}

test("an API is described as the original's framework describes it", () => {
  const described = openApi({
    title: "Recorded",
    version: "1",
    routes: [
      post("Model", "/model", Point),
      post("Optional Model", "/optional model", nullable(Point).default(null)),
      post("Points", "/list", list(Point)),
      post("Labels", "/map", jsonObject()),
      post("Text", "/text", string()),
      post("Parts", "/parts", parts({ point: nullable(Point).default(null), limit: integer({ ge: 0 }).default(200), sort })),
      post("Required", "/parts, one required", parts({ point: Point, force: boolean().default(false) })),
      {
        method: "GET",
        path: "/query",
        summary: "Query",
        query: {
          limit: integer().default(10),
          name: nullable(string()).default(null),
          ids: list(uuid()).default([]),
          flag: boolean().default(false),
        },
        answers: { 200: json() },
      },
      {
        method: "GET",
        path: "/points/{id}/{key}",
        summary: "Read Points",
        tag: "Points",
        params: key,
        query: { shape: nullable(string()).default(null) },
        headers: { "x-version": string().default(() => "") },
        answers: { 201: list(Point) },
      },
      {
        method: "DELETE",
        path: "/points/{id}/{key}",
        summary: "Delete Points",
        tag: "Points",
        params: key,
        answers: { 204: { contentType: "" } },
      },
      { method: "GET", path: "/health", summary: "Health Check", answers: { 200: boolean() } },
      {
        method: "GET",
        path: "/query, one required",
        summary: "Required Query",
        query: { limit: integer({ ge: 1 }) },
        answers: { 200: json() },
      },
    ],
  });
  // descriptions of responses are the framework's words, and clients may show them
  expect(JSON.stringify(described)).toContain('"description":"Successful Response"');
  expect(schemaDifferences(withoutRefusals(described), withoutRefusals(recorded))).toEqual([]);
});

test("an operation that reads something says how it refuses", () => {
  const read = { method: "GET", path: "/one", summary: "One", query: { limit: integer() }, answers: { 200: json() } };
  expect(JSON.stringify(openApi({ title: "", version: "", routes: [read] }))).toContain('"4XX":{"description":"Refused"');
});

test("content that is not JSON is named by its type", () => {
  const csv = { method: "GET", path: "/csv", summary: "Csv", answers: { 200: { contentType: "text/csv" } } };
  expect(openApi({ title: "", version: "", routes: [csv] })["paths"]).toEqual({
    "/csv": {
      get: {
        summary: "Csv",
        operationId: "csv_csv_get",
        responses: { 200: { description: "Successful Response", content: { "text/csv": { schema: {} } } } },
      },
    },
  });
});
