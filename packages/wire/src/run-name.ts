import { nullable, string } from "./kit/index.ts";

/** The name of a run to make or change: null, like none, asks for a random one, though documents speak of text only. */
export const runName = () =>
  nullable(string())
    .default(() => null)
    .with({ schema: { type: "string" } });
