import { spawn } from "node:child_process";
import { pythonExecutable } from "../../scripts/python.ts";
import { ORIGINAL_VERSION } from "./commands.ts";
import { stopChild } from "./contestant.ts";

/** A real worker, which says when it asks for runs and when it has its answers. */
export interface Worker {
  /**
   * Milliseconds until the worker had a run: from its time where a poll was under way, or else from the next poll. What is left out is
   * that the worker rests between its polls. Undefined for a run that it did not tell of.
   */
  offered(run: string, due: number): number | undefined;
  stop(): Promise<void>;
}

interface Poll {
  readonly asked: number;
  answered: number;
}

const LINE = /^(\d\d):(\d\d):(\d\d)\.(\d\d\d) \|/;
const DAY = 86_400_000;

/** The milliseconds since 1970 of a line that has the time of day alone. */
function timeOf([, hours, minutes, seconds, milliseconds]: RegExpExecArray, now: number): number {
  const ofDay = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(milliseconds);
  const time = Math.floor(now / DAY) * DAY + ofDay;
  return time > now + DAY / 2 ? time - DAY : time;
}

/** Its log is all that it is asked for beyond what it does by itself: which poll brought which run. */
class Log {
  readonly #polls: Poll[] = [];
  readonly #brought = new Map<string, Poll>();
  #rest = "";

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const time = LINE.exec(line);
    if (time === null) return;
    const at = timeOf(time, Date.now());
    if (line.includes("Querying for flow runs scheduled before")) this.#polls.push({ asked: at, answered: at });
    const poll = this.#polls.at(-1);
    if (poll === undefined) return;
    if (line.includes("Discovered")) poll.answered = at;
    const run = /submitting flow run '([0-9a-f-]{36})'/.exec(line)?.[1];
    if (run !== undefined) this.#brought.set(run, poll);
  }

  offered(run: string, due: number): number | undefined {
    const brought = this.#brought.get(run);
    if (brought === undefined) return undefined;
    const next = this.#polls.find(({ asked }) => asked >= due);
    return brought.answered - (brought.asked < due ? due : (next?.asked ?? due));
  }
}

/** Starts an unmodified process worker that looks for runs every second. */
export async function startWorker(url: string, pool: string, home: string): Promise<Worker> {
  const child = spawn(
    pythonExecutable(ORIGINAL_VERSION),
    ["-m", "prefect", "worker", "start", "--type", "process", "--pool", pool],
    {
      env: {
        ...process.env,
        PREFECT_HOME: home,
        PREFECT_API_URL: url,
        PREFECT_WORKER_QUERY_SECONDS: "1",
        PREFECT_LOGGING_LEVEL: "DEBUG",
        PREFECT_LOGGING_COLORS: "false",
        COLUMNS: "400",
        DO_NOT_TRACK: "1",
        PYTHONUNBUFFERED: "1",
        TZ: "UTC",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const log = new Log();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => log.take(chunk));
  return {
    offered: (run, due) => log.offered(run, due),
    stop: () => stopChild(child),
  };
}
