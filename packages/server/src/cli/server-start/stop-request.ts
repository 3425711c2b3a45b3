/** A person's or a supervisor's wish that this process end. */
export interface StopRequest {
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  /** Forgets the signals; they end the process again, as they do by themselves. */
  forget(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens for the signals that end a server; the second Ctrl-C (or other signal) calls `force`. */
export function listenForStop(force: () => void): StopRequest {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const receive = () => {
    count += 1;
    if (count === 1) resolve();
    else force();
  };
  for (const signal of signals) process.on(signal, receive);
  return {
    asked,
    forget: () => signals.forEach((signal) => process.off(signal, receive)),
  };
}
