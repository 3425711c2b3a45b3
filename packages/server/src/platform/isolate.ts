import { ClientDataError, IntegrityViolation } from "./database/index.ts";

/**
 * Runs a batch that succeeds or fails as a whole. When the data of some item spoils it, halves are tried until that
 * item stands alone; `refuse` is told, and the others succeed. `run` must bear repetition.
 *
 * @throws every other error of `run`
 */
export async function isolate<I>(
  items: readonly I[],
  run: (items: readonly I[]) => Promise<void>,
  refuse: (item: I, error: Error) => void,
): Promise<void> {
  const [first, ...others] = items;
  if (first === undefined) return;
  try {
    await twice(() => run(items));
  } catch (error) {
    if (!(error instanceof ClientDataError || error instanceof IntegrityViolation)) throw error;
    if (others.length === 0) return refuse(first, error);
    const middle = Math.ceil(items.length / 2);
    await isolate(items.slice(0, middle), run, refuse);
    await isolate(items.slice(middle), run, refuse);
  }
}

/** A contradiction may come of what somebody else did meanwhile; only one that stays is the data's fault. */
async function twice(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof IntegrityViolation)) throw error;
    await run();
  }
}
