import { Readable } from "node:stream";
import type { Timestamp } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { type DownloadedLog, readFlowRunName, readLogsAfter } from "./queries.ts";

const LINES_A_PAGE = 1000;
const HEADER = "timestamp,level,flow_run_id,task_run_id,message\r\n";
const BEFORE_ALL = { timestamp: "-infinity", id: "00000000-0000-0000-0000-000000000000" };

export interface Download {
  readonly disposition: string;
  readonly lines: Readable;
}

/**
 * All lines of a flow run as CSV, oldest first, read as fast as the receiver takes them.
 * @throws ApiError `flow_run_not_found`
 */
export async function download(orion: WorkspaceDatabase, events: WorkspaceDatabase, flowRunId: string): Promise<Download> {
  const run = await orion.first(readFlowRunName, flowRunId);
  if (run === undefined) throw apiError("flow_run_not_found");
  return { disposition: dispositionOf(`${run.name}-logs.csv`), lines: Readable.from(pages(events, flowRunId)) };
}

/** A name of ASCII letters for old programs, and the true one, which may hold anything. */
function dispositionOf(name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="flow-run-logs.csv"; filename*=UTF-8''${encoded}`;
}

async function* pages(database: WorkspaceDatabase, flowRunId: string): AsyncGenerator<string> {
  yield HEADER;
  let last: Pick<DownloadedLog, "id"> & { readonly timestamp: string } = BEFORE_ALL;
  for (;;) {
    const page: DownloadedLog[] = await database.all(readLogsAfter, flowRunId, last.timestamp, last.id, LINES_A_PAGE);
    yield page.map(csvLine).join("");
    const end = page.at(-1);
    if (end === undefined || page.length < LINES_A_PAGE) return;
    last = end;
  }
}

function csvLine({ timestamp, level, flow_run_id, task_run_id, message }: DownloadedLog): string {
  return `${spaced(timestamp)},${level},${flow_run_id ?? ""},${task_run_id ?? ""},${quoted(message)}\r\n`;
}

/** `2026-11-23 06:17:31.289769+00:00`: the spelling that spreadsheets have been getting. */
function spaced(timestamp: Timestamp): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, -1)}+00:00`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
