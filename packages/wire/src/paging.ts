import { integer, list, model, type Schema, type Written, written } from "./kit/index.ts";

/** One page of a list, with where it stands in the whole. */
export interface Page<T> {
  results: T[] | Written<T[]>;
  count: number;
  limit: number;
  pages: number;
  page: number;
}
/** The answer of a `paginate` route; `name` is the model's own name in the API's description. */
export function pageOf<T>(name: string, item: Schema<T>): Schema<Page<T>> {
  return model<Page<T>>(name, {
    results: written(list(item)),
    count: integer(),
    limit: integer(),
    pages: integer(),
    page: integer(),
  });
}

/** What every list route takes beside its filters. The route checks `limit` itself, since the refusal has its own text. */
export const offset = () => integer({ ge: 0 }).default(0);
export const page = () => integer({ ge: 1 }).default(1);
export const limit = () => integer().default(200);
