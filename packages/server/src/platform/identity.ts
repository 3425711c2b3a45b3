import { randomFillSync, randomUUID } from "node:crypto";

/** Where identifiers come from; injected, so that a test can name them beforehand. */
export interface Ids {
  /** Version 4: says nothing about its age. */
  readonly random: () => string;
  /** Version 7: sorts by the millisecond of its making, and so keeps indexes narrow. */
  readonly timeOrdered: () => string;
}

const pool = new Uint8Array(10 * 256);
let used = pool.length;

function tenRandomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 10;
  return pool.subarray(used - 10, used);
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hexOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = "";
  for (const byte of bytes.subarray(from, to)) text += hex[byte];
  return text;
};

/** RFC 9562 version 7 for a given millisecond and ten random bytes. */
export function uuidVersion7(milliseconds: number, bytes: Uint8Array): string {
  const time = Math.floor(milliseconds).toString(16).padStart(12, "0");
  const version = `7${hexOf(bytes, 0, 2).slice(1)}`;
  const variant = hex[((bytes[2] ?? 0) & 0x3f) | 0x80];
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}${hexOf(bytes, 3, 4)}-${hexOf(bytes, 4, 10)}`;
}

export const systemIds: Ids = {
  random: randomUUID,
  timeOrdered: () => uuidVersion7(Date.now(), tenRandomBytes()),
};
