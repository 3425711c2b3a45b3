export { type Condition, combine, every, given } from "./combine.ts";
export {
  inList,
  matchesMembership,
  matchesName,
  matchesNullable,
  matchesNullableRange,
  matchesRange,
  matchesTags,
} from "./criteria.ts";
export { checkLimit, pageCount } from "./paging.ts";
