import { expect, test } from "vitest";
import { WORKER_METADATA } from "../../packages/server/src/orion/collections/worker-kinds/index.ts";
import { originalWorkers } from "./original.ts";

type Json = Readonly<Record<string, unknown>>;
interface Kind {
  readonly default_base_job_configuration: {
    readonly job_configuration: Json;
    readonly variables: Json & { readonly properties: Json };
  };
}
type View = Readonly<Record<string, Readonly<Record<string, Kind>>>>;

/** What is said to people: it is our own. */
const WORDS = new Set(["title", "description", "documentation_url", "logo_url"]);

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) => key !== "example" && !(WORDS.has(key) && (typeof item === "string" || item === null)),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutWords(item)]));
}

const ours = JSON.parse(JSON.stringify(WORKER_METADATA)) as View;
const theirs = originalWorkers() as View;
const kinds = Object.entries(theirs).flatMap(([name, types]) => Object.keys(types).map((type) => [name, type] as const));

test.each(kinds)("the job of %s %s is made of what the original makes it of", (name, type) => {
  const { job_configuration: job, variables } = ours[name]?.[type]?.default_base_job_configuration ?? {};
  const original = theirs[name]?.[type]?.default_base_job_configuration;
  expect(withoutWords(job)).toEqual(withoutWords(original?.job_configuration));
  expect(withoutWords(variables?.properties)).toEqual(withoutWords(original?.variables.properties));
  expect(variables?.["required"]).toEqual(original?.variables["required"]);
});
