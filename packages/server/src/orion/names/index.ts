import type { Random } from "../../platform/random.ts";
import { ADJECTIVES, ANIMALS } from "./words.ts";

function pick<T>(words: readonly [T, ...T[]], random: Random): T {
  return words[Math.floor(random() * words.length)] ?? words[0];
}

/** A name of two words, for runs whose creator gave none: people tell `quiet-heron` from `brisk-otter`, not two UUIDs. */
export function generateName(random: Random): string {
  return `${pick(ADJECTIVES, random)}-${pick(ANIMALS, random)}`;
}
