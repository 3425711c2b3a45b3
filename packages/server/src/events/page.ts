import { EventFilter, type EventPage, integer, model, nullable, parseJson, type Schema, timestamp, uuid } from "@praetor/wire";
import type { WorkspaceExecutor } from "../platform/database/index.ts";
import { apiError } from "../platform/errors.ts";
import { countMatches, type Position, readEvents } from "./read.ts";

export const MAXIMUM_PAGE = 50;

/** What a page token says: the query with its times settled, what was counted for its first page, and how far it got. */
interface PageToken {
  filter: EventFilter;
  count: number;
  page_size: number;
  offset: number;
  after: Position | null;
}
const PageToken: Schema<PageToken> = model<PageToken>("PageToken", {
  filter: EventFilter,
  count: integer({ ge: 0 }),
  page_size: integer({ ge: 0, le: MAXIMUM_PAGE }),
  offset: integer({ ge: 0 }),
  after: nullable(model<Position>("Position", { occurred: timestamp(), id: uuid() })),
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const fromBase64 = (text: string) => Buffer.from(text, "base64").toString();

/** Encoded twice, as clients have always seen it; what base64 makes of base64 needs no escaping in an address. */
function writeToken(token: PageToken): string {
  return base64(base64(PageToken.dump(token)));
}

/** @throws ApiError `page_token_invalid` */
function readToken(text: string): PageToken {
  try {
    const parsed = PageToken.parse(parseJson(fromBase64(fromBase64(text))));
    if (parsed.ok) return parsed.value;
  } catch {
    // Whatever it is, it is not one of ours.
  }
  throw apiError("page_token_invalid");
}

/** The first page of a query. `address` is where the next one is asked for. */
export async function firstPage(
  database: WorkspaceExecutor,
  filter: EventFilter,
  limit: number,
  address: string,
): Promise<EventPage> {
  const count = await countMatches(database, filter);
  return readPage(database, { filter, count, page_size: limit, offset: 0, after: null }, address);
}

/** The page that a token stands for. @throws ApiError `page_token_invalid` */
export async function nextPage(database: WorkspaceExecutor, token: string, address: string): Promise<EventPage> {
  return readPage(database, readToken(token), address);
}

async function readPage(database: WorkspaceExecutor, token: PageToken, address: string): Promise<EventPage> {
  const { filter, count, page_size, after } = token;
  const events = await readEvents(database, filter, { limit: page_size, after });
  const offset = token.offset + page_size;
  const next = { ...token, offset, after: events.at(-1) ?? after };
  return { events, total: count, next_page: offset < count ? `${address}?page-token=${writeToken(next)}` : null };
}
