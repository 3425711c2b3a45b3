import type { Topic, Topics } from "./topics.ts";

/** Ends a subscription; what waits for the subscriber is forgotten. Calling it again does nothing. */
export type Unsubscribe = () => void;

export interface ListenOptions<M> {
  /** Messages that it refuses are not queued. */
  readonly accepts?: (message: M) => boolean;
  /** Most messages that wait while the subscriber is busy with one; more are dropped. Default 256. */
  readonly capacity?: number;
}

/** What a bus tells whoever runs it. */
export interface BusReports {
  /** A subscriber threw; it lost the message but not its subscription. */
  failed(topic: Topic, error: unknown): void;
  /** A message found a subscriber's queue full. */
  dropped(topic: Topic): void;
}

/**
 * Carries messages between parts of the platform. Two kinds of receivers:
 *
 * - a subscriber sees every message from now on, one at a time, and loses what it is too slow for;
 * - a consumer group sees every message once, in batches, whichever of its members takes it. It loses nothing:
 *   `publish` waits until the group has dealt with the messages, and fails when the group failed.
 *
 * The bus is never the record: whoever publishes a fact keeps it in PostgreSQL, or publishes to a group that does.
 */
export interface Bus {
  /**
   * Gives the messages to every consumer group, and when all of them succeeded, to the subscribers.
   * Rejects with the first group's error; the messages may then be published again, so groups must bear repetition.
   */
  publish<T extends Topic>(topic: T, messages: readonly Topics[T][]): Promise<void>;
  subscribe<T extends Topic>(
    topic: T,
    handle: (message: Topics[T]) => void | Promise<void>,
    options?: ListenOptions<Topics[T]>,
  ): Unsubscribe;
  consume<T extends Topic>(topic: T, group: string, handle: (messages: readonly Topics[T][]) => Promise<void>): Unsubscribe;
}
