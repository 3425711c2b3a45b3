/** Why a text is no duration, in the words of the library that the original reads with. */
export class DurationFault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const UNITS = {
  date: new Map([
    ["Y", 365 * 86400],
    ["M", 30 * 86400],
    ["W", 7 * 86400],
    ["D", 86400],
  ]),
  time: new Map([
    ["H", 3600],
    ["M", 60],
    ["S", 1],
  ]),
};
const LONGEST = 999_999_999 * 86400 + 86399;

/** The seconds of an ISO 8601 duration (PT1H), a clock (01:02:03) or days with a clock (2 days, 01:02:03), to the microsecond. */
export function parseDuration(text: string): number | DurationFault {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  if (text === "") return new DurationFault("input is too short");
  const seconds = body.startsWith("P") ? fromUnits(body) : fromClock(body, text.length);
  return typeof seconds === "number" ? roundedSeconds(sign * seconds) : seconds;
}

/** Seconds rounded to microseconds, as the original keeps them. */
export function roundedSeconds(seconds: number): number | DurationFault {
  const size = Math.abs(seconds);
  if (!(size <= LONGEST)) return new DurationFault("durations may not exceed 999,999,999 days");
  const whole = Math.floor(size);
  const micros = Math.round((size - whole) * 1e6);
  const rounded = micros === 0 ? whole : (whole * 1e6 + micros) / 1e6;
  return seconds < 0 && rounded > 0 ? -rounded : rounded;
}

function fromUnits(body: string): number | DurationFault {
  let part: keyof typeof UNITS = "date";
  let seconds = 0;
  let index = 1;
  let wasFraction = false;
  while (index < body.length) {
    if (body[index] === "T") {
      if (part === "time") return new DurationFault('"T" can only be used once in a duration');
      part = "time";
      index++;
      continue;
    }
    const amount = /^\d+(?:[.,](\d*))?/.exec(body.slice(index));
    if (!amount) return new DurationFault("invalid digit in duration");
    if (wasFraction) return new DurationFault("fraction found in the middle of a duration");
    wasFraction = amount[1] !== undefined;
    index += amount[0].length;
    const unit = UNITS[part].get(body.charAt(index));
    if (unit === undefined) return new DurationFault(`quantity invalid in ${part} part of duration`);
    seconds += Number(amount[0].replace(",", ".")) * unit;
    index++;
  }
  return index < 3 ? new DurationFault("input is too short") : seconds;
}

function fromClock(body: string, length: number): number | DurationFault {
  if (!/d/i.test(body) && length >= 5) return clockSeconds(body);
  const days = /^\d+/.exec(body)?.[0];
  if (days === undefined) return new DurationFault("invalid digit in duration");
  const match = /^ ?d(?:ays?)?,? ?(.*)$/is.exec(body.slice(days.length));
  if (!match) return new DurationFault('"day" identifier in duration not correctly formatted');
  const clock = match[1] === "" ? 0 : clockSeconds(match[1] ?? "");
  return typeof clock === "number" ? Number(days) * 86400 + clock : clock;
}

function clockSeconds(text: string): number | DurationFault {
  const [hours, rest] = split(text);
  if (text.length < 5) return new DurationFault("input is too short");
  if (!/^\d+$/.test(hours)) return new DurationFault("invalid character in hour");
  if (rest === undefined) return new DurationFault("invalid time separator, expected `:`");
  const [minutes, seconds] = [rest.slice(0, 2), rest.slice(2)];
  if (!/^\d\d$/.test(minutes)) return new DurationFault("invalid character in minute");
  if (Number(minutes) > 59) return new DurationFault("minute value is outside expected range of 0-59");
  if (seconds === "") return Number(hours) * 3600 + Number(minutes) * 60;
  const match = /^:(\d\d)(?:[.,](\d+))?$/.exec(seconds);
  if (!match) return secondsFault(seconds);
  if (Number(match[1]) > 59) return new DurationFault("second value is outside expected range of 0-59");
  const fraction = Number(`0.${(match[2] ?? "0").slice(0, 6)}`);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(match[1]) + fraction;
}

function split(text: string): [string, string | undefined] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

function secondsFault(text: string): DurationFault {
  if (!text.startsWith(":")) return new DurationFault("unexpected extra characters at the end of the input");
  if (/^:\d\d[.,]/.test(text)) return new DurationFault("second fraction value is more than 9 digits long");
  return new DurationFault(
    /^:\d\d/.test(text) ? "unexpected extra characters at the end of the input" : "invalid character in second",
  );
}
