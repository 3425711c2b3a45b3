const encoder = new TextEncoder();
/** Bytes that a code unit of JavaScript takes at most. */
const MOST_BYTES = 3;
const FIRST_ROOM = 65_536;
/** Room beyond this is not kept for the next text. */
const MOST_KEPT_ROOM = 2 ** 20;

let kept = new Uint8Array(FIRST_ROOM);

/**
 * Gathers a long text as bytes, piece by piece. As one text it would be put together at its end, when its pieces have left the
 * caches, and be walked once more for its bytes: that takes half as long again. One at a time may be in the making.
 */
export class ByteWriter {
  private room = kept;
  private length = 0;

  add(text: string): void {
    const least = this.length + text.length * MOST_BYTES;
    if (least > this.room.length) this.grow(least);
    this.length += encoder.encodeInto(text, this.room.subarray(this.length)).written;
  }

  private grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, this.room.length * 2));
    grown.set(this.room.subarray(0, this.length));
    this.room = grown;
    if (grown.length <= MOST_KEPT_ROOM) kept = grown;
  }

  bytes(): Uint8Array {
    return this.room.slice(0, this.length);
  }
}
