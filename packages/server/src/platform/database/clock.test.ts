import { addSeconds, secondsBetween, type Timestamp } from "@praetor/wire";
import { expect, test, vi } from "vitest";
import { DatabaseClock } from "./clock.ts";

const NOON = "2030-03-01T12:00:00Z" as Timestamp;

/** A counter and a database on one virtual time, which each question takes `roundTrip` seconds of. */
function world(roundTrip: number) {
  const state = { counted: 5, told: 0 };
  const ask = () => {
    state.counted += roundTrip / 2;
    const now = addSeconds(NOON, state.counted + state.told);
    state.counted += roundTrip / 2;
    return Promise.resolve(now);
  };
  return { state, ask, counter: () => state.counted * 1e6 };
}

test("tells the database's time, whatever this machine's clock says or is set to", async () => {
  const { state, ask, counter } = world(0.2);
  const clock = await DatabaseClock.open(ask, counter);
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  for (const seconds of [0, 1, 3600]) {
    state.counted += seconds;
    expect(secondsBetween(addSeconds(NOON, state.counted), clock.now())).toBeCloseTo(0, 5);
  }
  vi.useRealTimers();
});

test("follows the database's clock where it drifts away, and not the uncertainty of a slow answer", async () => {
  const { state, ask, counter } = world(0.2);
  const clock = await DatabaseClock.open(ask, counter);
  const off = () => secondsBetween(addSeconds(NOON, state.counted + state.told), clock.now());
  state.told = 0.05;
  await clock.follow();
  expect(off()).toBeCloseTo(-0.05, 5);
  state.told = -3600;
  await clock.follow();
  expect(off()).toBeCloseTo(0, 5);
});
