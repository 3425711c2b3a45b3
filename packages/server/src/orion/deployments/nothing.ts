import { JsonText } from "@praetor/wire";

/** What a request is answered that has nothing to be told. */
export const nothing = new JsonText("null");
