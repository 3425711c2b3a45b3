/** Why a set cannot be read at all. The message names files and lines, and repeats nothing that stands in them. */
export class ReadError extends Error {
  readonly code = "set_unreadable";
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.name = "ReadError";
    this.remedy = remedy;
  }
}
