import { TIME_ZONES } from "@praetor/wire";

/** A schedule as it is sent, and from when on its first instants are asked for. */
export interface Case {
  readonly schedule: { readonly timezone: string } & Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly start: number;
  readonly count: number;
}

/** Numbers from 0 to 1, the same for a seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const two = (number: number) => String(number).padStart(2, "0");

const ZONES = [...TIME_ZONES].filter((zone) => zone !== "Factory");
const FIRST = Date.UTC(2000, 0, 1) / 1000;
const LAST = Date.UTC(2040, 0, 1) / 1000;

/** Draws random schedules over all zones and the years 2000 to 2040, the same for a seed. */
export class Expressions {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = numbers(seed);
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  #between(least: number, most: number): number {
    return least + this.#below(most - least + 1);
  }

  #of<T>(list: readonly T[]): T {
    const item = list[this.#below(list.length)];
    if (item === undefined) throw new Error("an empty list");
    return item;
  }

  #chance(share: number): boolean {
    return this.#next() < share;
  }

  #case(schedule: Readonly<Record<string, unknown>>, count: number): Case {
    const timezone = this.#chance(0.3) ? this.#of(["America/New_York", "Europe/London", "UTC"]) : this.#of(ZONES);
    return { schedule: { ...schedule, timezone }, start: this.#between(FIRST, LAST), count };
  }

  cron(): Case {
    const length = this.#chance(0.85) ? 5 : this.#chance(0.7) ? 6 : 7;
    const fields = [
      this.#field(0, 59),
      this.#field(0, 23),
      this.#chance(0.08) ? "l" : this.#field(1, 31),
      this.#field(1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
      this.#weekday(),
      this.#field(0, 59),
      this.#field(2000, 2045),
    ];
    return this.#case({ cron: fields.slice(0, length).join(" "), day_or: this.#chance(0.8) }, this.#between(1, 8));
  }

  #weekday(): string {
    const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    if (this.#chance(0.1)) return `${this.#of([...names, "0", "3", "6"])}#${this.#between(1, 6)}`;
    if (this.#chance(0.05)) return `L${this.#between(0, 6)}`;
    return this.#field(0, 7, names);
  }

  #field(least: number, most: number, names: readonly string[] = []): string {
    if (this.#chance(0.35)) return this.#chance(0.9) ? "*" : "?";
    return Array.from({ length: this.#chance(0.75) ? 1 : this.#between(2, 3) }, () => this.#part(least, most, names)).join(",");
  }

  #part(least: number, most: number, names: readonly string[]): string {
    const value = () =>
      names.length > 0 && this.#chance(0.3)
        ? this.#of(names)
        : String(this.#chance(0.97) ? this.#between(least, most) : most + 1);
    const step = () => (this.#chance(0.4) ? `/${this.#between(1, Math.max(2, Math.floor((most - least) / 2)))}` : "");
    const kind = this.#next();
    if (kind < 0.5) return value();
    if (kind < 0.65) return `*/${this.#between(1, Math.max(2, most - least))}`;
    if (kind < 0.75) return `${value()}/${this.#between(1, 12)}`;
    return `${value()}-${value()}${step()}`;
  }

  interval(): Case {
    const unit = this.#of([1, 60, 3600, 86_400, 86_400, 604_800]);
    const extra = this.#chance(0.2) ? this.#between(1, 7200) : 0;
    const anchor = new Date(this.#between(FIRST, LAST) * 1000).toISOString();
    return this.#case({ interval: unit * this.#between(1, 40) + extra, anchor_date: anchor }, this.#between(1, 12));
  }

  rrule(): Case {
    const rule = this.#rule();
    // The original walks every occurrence from the beginning on; of the frequent ones that is too many.
    const isFrequent = /HOURLY|MINUTELY|SECONDLY/.test(rule);
    const start =
      isFrequent || this.#chance(0.7) ? `DTSTART:${this.#stamp(isFrequent ? 2039 : 2000, isFrequent ? 2039 : 2030)}\n` : "";
    const lines = [`RRULE:${rule}`];
    if (this.#chance(0.1)) lines.push(`RRULE:${this.#rule()}`);
    if (this.#chance(0.1)) lines.push(`EXRULE:${this.#rule()}`);
    if (this.#chance(0.1)) lines.push(`RDATE:${this.#stamp(2000, 2039)},${this.#stamp(2000, 2039)}`);
    if (this.#chance(0.1)) lines.push(`EXDATE:${this.#stamp(2000, 2039)}`);
    return this.#case({ rrule: `${start}${lines.join("\n")}` }, this.#between(1, 8));
  }

  #stamp(from: number, until: number): string {
    const date = `${this.#between(from, until)}${two(this.#between(1, 12))}${two(this.#between(1, 28))}`;
    return `${date}T${two(this.#below(24))}${two(this.#below(60))}${two(this.#chance(0.8) ? 0 : this.#below(60))}`;
  }

  #rule(): string {
    const frequency = this.#of(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]);
    const list = (name: string, share: number, value: () => number | string) =>
      this.#chance(share) ? [`${name}=${Array.from({ length: this.#between(1, 3) }, value).join(",")}`] : [];
    const signed = (most: number) => this.#between(1, most) * (this.#chance(0.25) ? -1 : 1);
    const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    const nth = frequency === "YEARLY" || frequency === "MONTHLY" ? 0.5 : 0;
    return [
      `FREQ=${frequency}`,
      ...(this.#chance(0.5) ? [`INTERVAL=${this.#between(1, 12)}`] : []),
      ...(this.#chance(0.15) ? [`COUNT=${this.#between(1, 400)}`] : []),
      ...(this.#chance(0.1) ? [`UNTIL=${this.#stamp(2010, 2040)}`] : []),
      ...(this.#chance(0.2) ? [`WKST=${this.#of(days)}`] : []),
      ...list("BYMONTH", 0.2, () => this.#between(1, 12)),
      ...list("BYMONTHDAY", 0.15, () => signed(31)),
      ...list("BYYEARDAY", 0.07, () => signed(366)),
      ...(frequency === "YEARLY" ? list("BYWEEKNO", 0.2, () => signed(53)) : []),
      ...list("BYDAY", 0.3, () => `${this.#chance(nth) ? signed(4) : ""}${this.#of(days)}`),
      ...list("BYHOUR", 0.2, () => this.#below(24)),
      ...list("BYMINUTE", 0.2, () => this.#below(60)),
      ...list("BYSECOND", 0.1, () => this.#below(60)),
      ...(frequency === "YEARLY" ? list("BYEASTER", 0.05, () => this.#between(-60, 60)) : []),
      ...list("BYSETPOS", 0.1, () => signed(5)),
    ].join(";");
  }

  /** One of any kind. */
  any(): Case {
    return this.#of([() => this.cron(), () => this.interval(), () => this.rrule()])();
  }
}
