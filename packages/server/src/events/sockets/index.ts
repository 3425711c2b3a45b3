export { eventsIn } from "./in.ts";
export { eventsOut } from "./out.ts";
