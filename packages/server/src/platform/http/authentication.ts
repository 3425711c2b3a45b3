import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "@praetor/secrets";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares in a time that says nothing about where two strings differ. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

/** Whether an `Authorization` header carries the installation's shared `user:password`. */
export function isAuthorized(header: string | undefined, expected: Secret): boolean {
  const match = /^Basic (.+)$/.exec(header ?? "");
  if (match?.[1] === undefined) return false;
  return sameText(Buffer.from(match[1], "base64").toString("utf8"), expected.reveal());
}
