/** A queue with its place in the order in which a pool's queues are served. */
export interface Placed {
  readonly id: string;
  readonly priority: number;
}

/** The first number that no queue has. */
export function freePriority(queues: readonly Placed[]): number {
  const taken = new Set(queues.map(({ priority }) => priority));
  let free = 1;
  while (taken.has(free)) free += 1;
  return free;
}

/**
 * Puts a queue at a number. Those that stand there or behind it move back, each only as far as it must for all numbers to
 * differ; gaps stay. Answers the others that moved.
 */
export function placed(queues: readonly Placed[], { id, priority }: Placed): Placed[] {
  const others = queues.filter((queue) => queue.id !== id).toSorted((one, other) => one.priority - other.priority);
  const moved: Placed[] = [];
  let last = priority;
  for (const queue of others) {
    if (queue.priority < priority || queue.priority > last) continue;
    last += 1;
    moved.push({ id: queue.id, priority: last });
  }
  return moved;
}
