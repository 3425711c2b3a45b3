import {
  boolean,
  enumeration,
  type Fields,
  type Infer,
  list,
  model,
  nullable,
  type Schema,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";

/** How the criteria of one filter object are joined; different objects are always joined by "and". */
export const Operator = enumeration("Operator", ["and_", "or_"]);
export type Operator = Infer<typeof Operator>;

export const optional = <T>(schema: Schema<T>) => nullable(schema).default(null);
const operator = { operator: Operator.default("and_") };

export interface Membership<T = string> {
  any_: T[] | null;
  not_any_: T[] | null;
}
export interface AnyOf<T = string> {
  any_: T[] | null;
}
export interface NullableMembership {
  operator: Operator;
  any_: string[] | null;
  is_null_: boolean | null;
}
export interface NameLike {
  any_: string[] | null;
  like_: string | null;
}
export interface TimeRange {
  before_: Timestamp | null;
  after_: Timestamp | null;
}
export interface NullableTimeRange extends TimeRange {
  is_null_: boolean | null;
}
export interface TagSet {
  operator: Operator;
  all_: string[] | null;
  is_null_: boolean | null;
}
export interface TagOverlap extends TagSet {
  any_: string[] | null;
}

/** A filter model: unknown keys are refused at every level. */
export function criteria<T>(name: string, fields: Fields<T>): Schema<T> {
  return model<T>(name, fields, { extra: "forbid" });
}

export const anyOf = <T>(name: string, item: Schema<T>) => criteria<AnyOf<T>>(name, { any_: optional(list(item)) });
export const membership = <T>(name: string, item: Schema<T>) =>
  criteria<Membership<T>>(name, { any_: optional(list(item)), not_any_: optional(list(item)) });
export const nullableMembership = (name: string, item: Schema<string>) =>
  criteria<NullableMembership>(name, { ...operator, any_: optional(list(item)), is_null_: optional(boolean()) });
export const nameLike = (name: string) => criteria<NameLike>(name, { any_: optional(list(string())), like_: optional(string()) });
export const timeRange = (name: string) =>
  criteria<TimeRange>(name, { before_: optional(timestamp()), after_: optional(timestamp()) });
export const nullableTimeRange = (name: string) =>
  criteria<NullableTimeRange>(name, {
    before_: optional(timestamp()),
    after_: optional(timestamp()),
    is_null_: optional(boolean()),
  });
export const tagSet = (name: string) =>
  criteria<TagSet>(name, { ...operator, all_: optional(list(string())), is_null_: optional(boolean()) });
export const tagOverlap = (name: string) =>
  criteria<TagOverlap>(name, {
    ...operator,
    all_: optional(list(string())),
    any_: optional(list(string())),
    is_null_: optional(boolean()),
  });
/** A list of ids, the commonest criterion. */
export const ids = (name: string) => anyOf(name, uuid());
