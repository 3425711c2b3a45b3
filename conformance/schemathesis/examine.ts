import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { schemathesisExecutable } from "../../scripts/python.ts";

/** Checks of the tool that the wire contradicts on purpose. */
const LEFT_OUT = {
  negative_data_rejection: 'as the original does, readers take 12 for "12" and null for what has a default',
  positive_data_acceptance: "what fits its schema may name what is not there, or contradict itself",
  allow_header_conformance: "what is a fixed path to one method is a name to another: GET of a limit called filter",
  ignored_auth: "the server that is examined asks for no credential",
};

export interface Examination {
  /** With its `/api`. */
  readonly api: string;
  readonly seconds: number;
  readonly examples: number;
  readonly seed: number;
}

/** Lets Schemathesis call every operation that the API describes, and answers what it says and whether it found nothing. */
export async function examine({ api, seconds, examples, seed }: Examination): Promise<{ passed: boolean; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  // One worker: with two, Python 3.11's parser, which the tool reads its own lambdas with, fails now and then.
  const bounds = ["--max-time", String(seconds), "--max-examples", String(examples), "--seed", String(seed), "--workers", "1"];
  const checks = ["--checks", "all", "--exclude-checks", Object.keys(LEFT_OUT).join(",")];
  const options = ["--url", api, ...checks, ...bounds, "--phases", "coverage,fuzzing", "--continue-on-failure", "--no-color"];
  try {
    const child = spawn(schemathesisExecutable(), ["run", `${api}/openapi.json`, ...options], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    const said = await text(child.stdout);
    return { passed: (await ended) === 0, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
