import { setTimeout as delay } from "node:timers/promises";

const pauseMilliseconds = 5;

/** Of a process that we did not start nobody tells us that it ended, so some conditions can only be looked at again. */
export async function until(condition: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await pause();
  }
  return true;
}

export async function pause(milliseconds = pauseMilliseconds): Promise<void> {
  await delay(milliseconds);
}
