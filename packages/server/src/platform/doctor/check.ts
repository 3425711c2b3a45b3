import type { Finding } from "../finding.ts";

/** What one examination of one place came to. */
export interface CheckResult {
  /** What was examined, for example `login`. */
  readonly name: string;
  /** Where: a server, or a Secret and its key. */
  readonly where: string;
  /** `skipped`: something that it rests on had failed already. */
  readonly outcome: "passed" | "found" | "skipped";
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

/** Collects the results of examinations that run at the same time, each within the time that all of them have. */
export class Examination {
  readonly results: CheckResult[] = [];
  readonly #deadline: AbortSignal;

  constructor(deadline: AbortSignal) {
    this.#deadline = deadline;
  }

  /** Runs one check. Answers whether nothing stands in the way of those that rest on it: it found no error. */
  async run(name: string, where: string, check: () => Promise<readonly Finding[]>): Promise<boolean> {
    const started = performance.now();
    const findings = await this.#bounded(name, where, check);
    const seconds = (performance.now() - started) / 1000;
    this.results.push({ name, where, outcome: findings.length === 0 ? "passed" : "found", findings, seconds });
    return findings.every(({ severity }) => severity !== "error");
  }

  skip(name: string, where: string): void {
    this.results.push({ name, where, outcome: "skipped", findings: [], seconds: 0 });
  }

  async #bounded(name: string, where: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
    const late = Promise.withResolvers<readonly Finding[]>();
    const giveUp = () => late.resolve([timedOut(name, where)]);
    this.#deadline.addEventListener("abort", giveUp, { once: true });
    try {
      if (this.#deadline.aborted) return [timedOut(name, where)];
      return await Promise.race([check(), late.promise]);
    } catch (error) {
      return [defect(name, where, error)];
    } finally {
      this.#deadline.removeEventListener("abort", giveUp);
    }
  }
}

function timedOut(name: string, object: string): Finding {
  const message = `${name} was not done when the time was up: something on the way answers slowly or not at all`;
  const remedy = "look for firewalls that drop packets and for an overloaded server, then run doctor again";
  return { severity: "error", code: "timed_out", object, key: null, message, remedy };
}

/** Only the kind of the error is told: the text of an unknown one may hold anything. */
function defect(name: string, object: string, error: unknown): Finding {
  const message = `${name} could not be done (${kindOf(error)})`;
  return { severity: "error", code: "check_failed", object, key: null, message, remedy: "report this as a defect" };
}

/** The codes of an error and its causes: of the operating system, of PostgreSQL, else the class. */
export function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...codesOf(error.cause), ...inner, ...own];
}

export const kindOf = (error: unknown): string => codesOf(error)[0] ?? (error instanceof Error ? error.name : typeof error);
