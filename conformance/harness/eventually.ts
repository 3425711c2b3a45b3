import { setTimeout as pause } from "node:timers/promises";

/**
 * Reads again and again until what was read satisfies the condition, and returns it.
 * When `seconds` are over the error shows what was read last.
 */
export async function eventually<T>(read: () => T | Promise<T>, satisfied: (value: T) => boolean, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (satisfied(value)) return value;
    if (Date.now() > deadline) throw new Error(`not so within ${seconds} s; read last: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await pause(50);
  }
}
