import { type Fragment, sql } from "../../platform/database/index.ts";

/** The rows of a list of runs, before its page is cut. */
export interface Listed {
  /** The table, under the name of `row`. */
  readonly from: Fragment;
  readonly row: Fragment;
  readonly matching: Fragment;
  /** Rows up to the end of the page. */
  readonly most: number;
}

/**
 * All columns of rows that hold the page of the order by next start. The few that wait for a start come first and have an
 * index; one of all would cost every transition.
 */
export function scheduledFirst({ from, row, matching, most }: Listed): Fragment {
  return sql`
    (select ${row}.* from ${from} where ${matching} and ${row}.next_scheduled_start_time is not null
      order by ${row}.next_scheduled_start_time limit ${most})
    union all
    (select ${row}.* from ${from} where ${matching} and ${row}.next_scheduled_start_time is null
      order by ${row}.id desc limit ${most})`;
}
