import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";

const pauseMilliseconds = 50;

/**
 * Takes an advisory lock for as long as the session lives; `onWait` is told once when somebody else holds it. Asks again
 * and again instead of queueing: a session that waits inside `pg_advisory_lock` holds a snapshot, and `create index
 * concurrently` of the one that works would wait for that for ever.
 */
export async function takeAdvisoryLock(client: Client, key: number, onWait: () => void): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [key]);
    if (rows[0]?.locked) return;
    if (attempt === 0) onWait();
    await delay(pauseMilliseconds);
  }
}
