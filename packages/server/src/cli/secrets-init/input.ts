import { askFacts, type FactsInput, readFactsInput } from "@praetor/secrets/sets";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { readText } from "../secrets/input.ts";
import { pathIn } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** The facts that a command line states, as options or in a file; asked for on a terminal where it states too few. */
export async function inputFor(terminal: Terminal, given: Given): Promise<FactsInput> {
  const from = given.options["--from"];
  if (from !== undefined) return readFactsInput(readText(pathIn(terminal, from), "Name a file of facts."));
  const { "--database-host": host, "--super-password": password } = given.options;
  if (host !== undefined && password !== undefined) return inputFrom(given, host, password);
  if (!terminal.interactive.out || !process.stdin.isTTY) {
    const missing = [host === undefined ? "--database-host" : "", password === undefined ? "--super-password" : ""].filter(
      Boolean,
    );
    throw new CommandError(
      `${missing.join(" and ")} must be given where nobody can be asked.`,
      "Or run it on a terminal.",
      "usage",
    );
  }
  const answers = await askFacts();
  if (answers === undefined) throw new CommandError("Stopped; nothing was written.");
  return answers;
}

function inputFrom({ options }: Given, host: string, superPassword: string): FactsInput {
  const port = options["--database-port"];
  const replica = options["--replica-host"];
  const [redis, mail] = [options["--redis-password"], options["--mail-password"]];
  return {
    contract: options["--contract"] === "seed" ? "seed" : "praetor",
    database: {
      host,
      port: port === undefined ? 5432 : Number(port),
      ...(replica !== undefined && { replica: { host: replica } }),
    },
    serviceUser: { name: options["--service-user"] ?? "prefect", password: options["--service-password"] ?? "generate" },
    superUser: { name: options["--super-user"] ?? "postgres", password: superPassword },
    ...(redis !== undefined && { redis: { password: redis } }),
    ...(mail !== undefined && { mail: { password: mail } }),
  };
}
