import { nullable, timestamp, uuid } from "./kit/index.ts";

/** The original documents null as the default of a time that is always there. */
const time = nullable(timestamp()).with({ extra: { default: null } });

/** What every stored object begins with. */
export const identity = { id: uuid(), created: time, updated: time };
