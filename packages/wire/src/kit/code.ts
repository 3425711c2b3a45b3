/** Collects the values that generated code refers to, and turns its text into a function. */
export class Code {
  private readonly names: string[] = [];
  private readonly values: unknown[] = [];

  /** The name under which generated code sees `value`. */
  bind(value: unknown): string {
    const known = this.values.indexOf(value);
    if (known >= 0) return `b${known}`;
    this.values.push(value);
    return `b${this.names.push(`b${this.names.length}`) - 1}`;
  }

  /**
   * The function with these parameters and this body. Generated code has a constant key at each place, which V8 turns into a field
   * access; a loop over keys takes twice the time. Only declared schemas reach the text, never input.
   */
  compile(parameters: string, body: string): unknown {
    // oxlint-disable-next-line typescript/no-implied-eval -- see above
    return new Function(...this.names, `"use strict";\nreturn function (${parameters}) {\n${body}\n};`)(...this.values);
  }
}
