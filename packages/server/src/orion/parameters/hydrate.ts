import { JsonRefused, JsonSyntaxError, parseJson } from "@praetor/wire";
import { isObject, type JsonObject, type Value } from "./json-schema/index.ts";
import { renderTemplate, TemplateFault } from "./template.ts";

const KIND = "__prefect_kind";

/** A value that cannot be filled in; the message is the wire's. */
export class HydrationFault extends Error {}

/** What values are filled in from. */
export interface HydrationSource {
  /** The variables of the workspace that are asked for, by name; absent ones are missing. */
  readonly variables: ReadonlyMap<string, Value>;
  /** Whether faults stand in the place of their values instead of being thrown, and templates stay unrendered. */
  readonly lenient?: boolean;
}

/** Stands in a hydrated value for one that could not be, or need not be, filled in. */
export class Placeholder {
  /** What is wrong; undefined for a template, whose value nobody knows yet. */
  readonly complaint: string | undefined;

  constructor(complaint: string | undefined) {
    this.complaint = complaint;
  }
}

const REMOVED = Symbol("removed");

/** Whether values hold anything to fill in, so that most need not be walked. */
export function needsHydration(text: string): boolean {
  return text.includes(KIND);
}

/** The names of the workspace's variables that values speak of, as far as they are written out. */
export function variableNames(value: Value): string[] {
  if (Array.isArray(value)) return value.flatMap(variableNames);
  if (!isObject(value)) return [];
  const own = value[KIND] === "workspace_variable" && typeof value["variable_name"] === "string" ? [value["variable_name"]] : [];
  return [...own, ...Object.values(value).flatMap(variableNames)];
}

/**
 * Fills in what values leave to be filled in: objects that say their kind become JSON, rendered templates and variables of the
 * workspace.
 * @throws HydrationFault unless lenient
 */
export function hydrate(values: Value, source: HydrationSource): Value {
  const filled = fill(values, source);
  return filled === REMOVED ? {} : filled;
}

function fill(value: Value, source: HydrationSource): Value {
  if (Array.isArray(value)) return value.map((item) => fill(item, source)).filter((item) => item !== REMOVED);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, KIND)) return fillKind(value, source);
  const filled = Object.entries(value).map(([key, item]) => [key, fill(item, source)] as const);
  return Object.fromEntries(filled.filter(([, item]) => item !== REMOVED));
}

function fillKind(value: JsonObject, source: HydrationSource): Value {
  switch (value[KIND]) {
    case "none":
      return "value" in value ? fill(value["value"], source) : refuse("Missing 'value' key in __prefect object", source);
    case "json":
      return "value" in value ? fillJson(inner(value["value"], source), source) : REMOVED;
    case "jinja":
      if (!("template" in value)) return refuse("Missing 'template' key in __prefect object", source);
      return fillTemplate(inner(value["template"], source), source);
    case "workspace_variable":
      return "variable_name" in value ? fillVariable(inner(value["variable_name"], source), source) : REMOVED;
    default:
      return value["value"] ?? null;
  }
}

/** A part that may itself be something to fill in. */
const inner = (value: Value, source: HydrationSource) => (isObject(value) ? fill(value, source) : value);

function refuse(message: string, { lenient }: HydrationSource): Placeholder {
  if (!lenient) throw new HydrationFault(message);
  return new Placeholder(message);
}

function fillJson(value: Value, source: HydrationSource): Value {
  if (typeof value !== "string") return value;
  try {
    return parseJson(value);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof JsonRefused)) throw error;
    return refuse(`Invalid JSON: ${error.message}`, source);
  }
}

function fillTemplate(template: Value, source: HydrationSource): Value {
  if (typeof template !== "string") return template;
  try {
    const rendered = renderTemplate(template);
    return source.lenient ? new Placeholder(undefined) : rendered;
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    return refuse(`Invalid jinja: ${error.message}`, source);
  }
}

function fillVariable(name: Value, source: HydrationSource): Value {
  if (typeof name !== "string") return name;
  return source.variables.has(name) ? source.variables.get(name) : refuse(`Variable '${name}' not found in workspace.`, source);
}
