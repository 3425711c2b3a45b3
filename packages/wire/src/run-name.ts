import { isTruthy, nullable, prepared, string } from "./kit/index.ts";

/** The new name of a run. Null asks for a random one, and so does whatever Python takes for false. */
export const changedRunName = () => prepared(nullable(string()), (input) => (isTruthy(input) ? input : null)).default(null);

/** The name of a run to make: no name asks for a random one too, though documents speak of text only. */
export const runName = () =>
  changedRunName()
    .default(() => null)
    .with({ schema: { type: "string" } });
