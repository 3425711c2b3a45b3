import type { Terminal } from "../terminal.ts";

/** One part of the work, done. */
export interface Step {
  readonly step: string;
  readonly result: string;
  readonly seconds: number;
}

const width = 9;

/** Tells each part of the work when it is done, and how long it took. */
export class Progress {
  readonly steps: Step[] = [];
  readonly #terminal: Terminal;
  readonly #silent: boolean;
  readonly #begun = performance.now();

  constructor(terminal: Terminal, silent: boolean) {
    this.#terminal = terminal;
    this.#silent = silent;
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** Work whose answer is what to say of it. */
  async step(step: string, work: () => Promise<string> | string): Promise<void> {
    await this.of(
      step,
      async () => work(),
      (result) => result,
    );
  }

  /** Work that answers something else, of which `say` tells what matters. */
  async of<T>(step: string, work: () => Promise<T>, say: (answer: T) => string): Promise<T> {
    const begun = performance.now();
    const answer = await work();
    const result = say(answer);
    const seconds = (performance.now() - begun) / 1000;
    this.steps.push({ step, result, seconds: Number(seconds.toFixed(3)) });
    if (!this.#silent) this.#terminal.out(`${step.padEnd(width)}  ${seconds.toFixed(1).padStart(4)} s  ${result}`);
    return answer;
  }
}
