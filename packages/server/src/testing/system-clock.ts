import { fromMicroseconds } from "@praetor/wire";
import type { Clock } from "../platform/clock.ts";

const originMicroseconds = performance.timeOrigin * 1000;

/**
 * The machine's clock. `Date` has only milliseconds, and two states of one run must not share an instant, so the
 * high-resolution counter supplies the rest; it is re-anchored whenever the two drift more than a millisecond apart.
 */
export function systemClock(): Clock {
  let anchor = originMicroseconds;
  return {
    now() {
      const counted = anchor + performance.now() * 1000;
      const wall = Date.now() * 1000;
      if (Math.abs(counted - wall) > 2000) anchor += wall - counted;
      return fromMicroseconds(Math.floor(anchor + performance.now() * 1000));
    },
  };
}
