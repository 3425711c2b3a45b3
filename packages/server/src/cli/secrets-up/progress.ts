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

  async step(step: string, work: () => Promise<string> | string): Promise<void> {
    const begun = performance.now();
    const result = await work();
    const seconds = (performance.now() - begun) / 1000;
    this.steps.push({ step, result, seconds: Number(seconds.toFixed(3)) });
    if (!this.#silent) this.#terminal.out(`${step.padEnd(width)}  ${seconds.toFixed(1).padStart(4)} s  ${result}`);
  }
}
