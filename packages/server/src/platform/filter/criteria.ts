import type { Membership, NameLike, NullableMembership, NullableTimeRange, TagSet, TimeRange } from "@praetor/wire";
import { type Fragment, sql } from "../database/index.ts";
import { combine, type Condition } from "./combine.ts";

/** The types that lists are compared in. */
type ListType = "text" | "uuid" | "state";
const LISTS = {
  text: sql`::text[]`,
  uuid: sql`::uuid[]`,
  state: sql`::orion.state_type[]`,
} as const satisfies Record<ListType, Fragment>;

/** The column is one of the list; an empty list matches nothing. */
export function inList(column: Fragment, type: ListType, list: readonly unknown[] | null | undefined): Condition {
  return list ? sql`${column} = any(${list}${LISTS[type]})` : undefined;
}

/** `not_any_` with an empty list says nothing, and rows without a value never pass it. */
export function matchesMembership(column: Fragment, type: ListType, filter: Partial<Membership> | null): Condition {
  const excluded = filter?.not_any_?.length ? sql`${column} <> all(${filter.not_any_}${LISTS[type]})` : undefined;
  return filter ? combine("and_", [inList(column, type, filter.any_), excluded]) : undefined;
}

export function matchesNullable(column: Fragment, type: ListType, filter: NullableMembership | null): Condition {
  return filter ? combine(filter.operator, [inList(column, type, filter.any_), isNull(column, filter.is_null_)]) : undefined;
}

/** `like_` is a substring, any case; its own `%` and `_` stay wildcards, and an empty one says nothing. */
export function matchesName(column: Fragment, filter: NameLike | null): Condition {
  const like = filter?.like_ ? sql`${column} ilike ${`%${filter.like_}%`}` : undefined;
  return filter ? combine("and_", [inList(column, "text", filter.any_), like]) : undefined;
}

/** Both ends belong to the range. */
export function matchesRange(column: Fragment, filter: TimeRange | null): Condition {
  return filter ? combine("and_", range(column, filter)) : undefined;
}

/** `nullable` is the column that `is_null_` asks about, where it is not the one that is compared. */
export function matchesNullableRange(column: Fragment, filter: NullableTimeRange | null, nullable = column): Condition {
  return filter ? combine("and_", [...range(column, filter), isNull(nullable, filter.is_null_)]) : undefined;
}

/** "Null" of tags is the empty list; `any_` with an empty list matches nothing. */
export function matchesTags(column: Fragment, filter: (TagSet & { any_?: string[] | null }) | null): Condition {
  if (!filter) return undefined;
  return combine(filter.operator, [
    filter.all_?.length ? sql`${column} @> ${filter.all_}::text[]` : undefined,
    filter.any_ ? sql`${column} && ${filter.any_}::text[]` : undefined,
    filter.is_null_ === null ? undefined : filter.is_null_ ? sql`${column} = '{}'` : sql`${column} <> '{}'`,
  ]);
}

function range(column: Fragment, { before_, after_ }: TimeRange): Condition[] {
  return [
    before_ ? sql`${column} <= ${before_}::timestamptz` : undefined,
    after_ ? sql`${column} >= ${after_}::timestamptz` : undefined,
  ];
}

function isNull(column: Fragment, asked: boolean | null): Condition {
  if (asked === null) return undefined;
  return asked ? sql`${column} is null` : sql`${column} is not null`;
}
