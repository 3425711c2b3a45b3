import { resolve } from "node:path";
import { parse, YAMLError } from "yaml";
import { type Endpoints, EndpointsError, endpointsFrom, noEndpoints } from "../../platform/doctor/index.ts";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import type { Terminal } from "../terminal.ts";
import { readText } from "./input.ts";

/** Where `--endpoints` says that Redis, mail and sign-on are. */
export function endpointsFor(terminal: Terminal, given: Given): Endpoints {
  const path = given.options["--endpoints"];
  if (path === undefined) return noEndpoints;
  const text = readText(resolve(terminal.folder, path), "Name a file with redis, mail and authProvider.");
  try {
    return endpointsFrom(parse(text));
  } catch (error) {
    if (error instanceof EndpointsError) throw new CommandError(`${path}: ${error.problems.join("; ")}.`);
    if (error instanceof YAMLError) throw new CommandError(`${path} is no YAML, line ${error.linePos?.[0].line ?? 1}.`);
    throw error;
  }
}
