import { TIME_ZONES } from "@praetor/wire";
import { describe, expect, it, test } from "vitest";
import { zoneOf } from "./zone.ts";

const at = (text: string) => Date.parse(text) / 1000;
const YORK = zoneOf("America/New_York");

describe("a zone", () => {
  it.each([
    ["America/New_York", "2024-07-01T00:00:00Z", -4],
    ["America/New_York", "2024-11-03T05:59:59Z", -4],
    ["America/New_York", "2024-11-03T06:00:00Z", -5],
    ["Australia/Lord_Howe", "2024-01-01T00:00:00Z", 11],
    ["Australia/Lord_Howe", "2024-07-01T00:00:00Z", 10.5],
    ["Pacific/Apia", "2011-12-30T09:59:59Z", -10],
    ["Pacific/Apia", "2011-12-30T10:00:00Z", 14],
    ["Africa/Casablanca", "2024-03-20T00:00:00Z", 0],
    ["Africa/Casablanca", "2024-05-01T00:00:00Z", 1],
    ["UTC", "2024-05-01T00:00:00Z", 0],
  ])("%s at %s is %d hours ahead", (name, instant, hours) => {
    expect(zoneOf(name).offsetAt(at(instant))).toBe(hours * 3600);
  });

  it.each([
    ["an ordinary time", "2024-07-01T12:00:00Z", "2024-07-01T16:00:00Z"],
    ["a time that clocks show twice, the first of them", "2024-11-03T01:30:00Z", "2024-11-03T05:30:00Z"],
    ["a time that clocks skip, as if they had not been changed", "2024-03-10T02:30:00Z", "2024-03-10T07:30:00Z"],
  ])("has an instant for %s", (_, clock, instant) => {
    expect(YORK.instantOf(at(clock))).toBe(at(instant));
  });

  it("keeps an offset that it is asked to, where it can", () => {
    expect(YORK.instantOf(at("2024-11-03T01:30:00Z"), -5 * 3600)).toBe(at("2024-11-03T06:30:00Z"));
  });
});

/** A zone of each part of the world: what is asked of all of them for forty years takes a minute. */
const ZONES = [...TIME_ZONES].filter((_, index) => index % 20 === 0);

test("what clocks show of an instant is what they show of the instant that it comes back as", () => {
  for (const name of ZONES) {
    const zone = zoneOf(name);
    for (let instant = at("2000-01-01T00:00:00Z"); instant < at("2040-01-01T00:00:00Z"); instant += 37 * 86_400 + 4321) {
      const clock = zone.wallClock(instant);
      expect(zone.wallClock(zone.instantOf(clock))).toBe(clock);
    }
  }
});
