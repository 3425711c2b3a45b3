import type { Access } from "./types.ts";

/** A connection string for the primary and one for the replica: which is used is chosen query by query. */
export const both = ["primary", "replica"] as const satisfies Access;

/** For a service that only writes. */
export const primaryOnly = ["primary"] as const satisfies Access;
