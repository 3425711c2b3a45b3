import type { DestinationStream } from "pino";

const paint: Readonly<Record<string, string>> = { trace: "2", debug: "2", info: "36", warn: "33", error: "31", fatal: "31;1" };

/** `12:00:01 warn  outbox-relay  pass failed  attempt=2`, with the stack of an error on the lines below. */
export function prettyLine(line: Readonly<Record<string, unknown>>, colour: boolean): string {
  const { level, time, msg, err, service, ...rest } = line;
  const label = String(level).padEnd(5);
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const words = [
    String(time).slice(11, 19),
    colour ? `\u001B[${paint[String(level)] ?? "0"}m${label}\u001B[0m` : label,
    ...[service, msg].filter((word) => word !== undefined).map(textOf),
    ...fields,
  ];
  return [words.join(" "), ...stackOf(err)].join("\n");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function stackOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  if ("stack" in error && typeof error.stack === "string") return [`  ${error.stack.replaceAll("\n", "\n  ")}`];
  return [`  ${JSON.stringify(error)}`];
}

/** Turns pino's JSON lines into lines for people. */
export function prettyStream(lines: DestinationStream, colour = process.stderr.isTTY): DestinationStream {
  return {
    write(json) {
      lines.write(`${prettyLine(JSON.parse(json) as Record<string, unknown>, colour)}\n`);
    },
  };
}
