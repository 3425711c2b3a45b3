import { type Answer, type Call, isObject, type Json } from "./call.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?/g;
/** A name that the server made up: ours and the original's use different words, and the sequences' own have digits. */
const MADE_UP = /^(?:flow.* \/ )?[a-z]+-[a-z]+$/;
const MADE_UP_AT = /^(?:name|label|flow_run_name)$/;
const SPANS =
  /^(?:total_run_time|estimated_run_time|estimated_start_time_delta|duration|lateness|sum_estimated_run_time|sum_estimated_lateness|delay_seconds)$/;

const MINUTE = 60;
/** Longer than a sequence takes, shorter than what it waits for. */
const SLACK = 45_000;
/** A moment that the server counts from now lies a multiple of this from the beginning. */
const ROUND = 600_000;
/** Moments further away than this mean themselves: nothing in a sequence is that far from its beginning. */
const FAR = 4 * 86_400_000;

/**
 * Makes answers of two servers comparable: ids become numbers in the order of their first appearance, moments say how
 * they relate to the run of the sequence, spans are cut to minutes, made-up names are called so.
 */
export class Normaliser {
  readonly #ids = new Map<string, string>();
  readonly #begun: number;
  #sawMadeUp = false;

  /** The sequence began then, in milliseconds, at a whole second. */
  constructor(begun: number) {
    this.#begun = begun;
  }

  normalise(answer: Answer): Answer {
    return { ...answer, body: this.value(answer.body) };
  }

  /** The call with ids and moments as answers show them. */
  asked(call: Call): Call {
    const { params, body } = call;
    const value = (found: Json): Json => this.value(found);
    const shown = params && Object.fromEntries(Object.entries(params).map(([key, found]) => [key, value(found)]));
    return { ...call, ...(shown && { params: shown }), ...(body !== undefined && { body: value(body) }) };
  }

  /** Whether an answer had a name that the server made up. */
  get sawMadeUp(): boolean {
    return this.#sawMadeUp;
  }

  /** A span without a name of its own. */
  span(value: Json): Json {
    return typeof value === "number" ? this.#minutes(value) : value;
  }

  /** Of what lies far away, when it was: that the present is always further from. */
  #minutes(seconds: number): number {
    if (Math.abs(seconds) * 1000 < FAR) return Math.floor((seconds + 10) / MINUTE);
    return Math.floor((this.#begun / 1000 - seconds + SLACK / 1000) / MINUTE);
  }

  value(value: Json, key = "", idOf = (id: string) => this.#id(id)): Json {
    if (typeof value === "string") return this.#text(value, key, idOf);
    if (typeof value === "number") return SPANS.test(key) ? this.#minutes(value) : value;
    if (Array.isArray(value)) return value.map((item) => this.value(item, key, idOf));
    if (!isObject(value)) return value;
    return Object.fromEntries(told(value).map(([name, part]) => [this.#text(name, "", idOf), this.value(part, name, idOf)]));
  }

  /** The value with only the ids replaced that have been seen: for an order that does not depend on chance. */
  preview(value: Json): string {
    return JSON.stringify(this.value(value, "", (id) => this.#ids.get(id) ?? "#new"));
  }

  #text(text: string, key: string, idOf: (id: string) => string): string {
    if (MADE_UP_AT.test(key) && MADE_UP.test(text)) {
      this.#sawMadeUp = true;
      return "<made up>";
    }
    return text.replaceAll(UUID, idOf).replaceAll(TIME, (moment) => this.#moment(moment));
  }

  #id(id: string): string {
    const known = this.#ids.get(id) ?? `#${this.#ids.size + 1}`;
    this.#ids.set(id, known);
    return known;
  }

  #moment(text: string): string {
    const moment = Date.parse(/(?:Z|\+00:00)$/.test(text) ? text : `${text}Z`);
    const since = moment - this.#begun;
    if (Math.abs(since) > FAR) return text;
    const rounds = Math.round(since / ROUND);
    const offset = since - rounds * ROUND;
    if (offset < -1000 || offset > SLACK) return this.#second(text, since);
    return rounds === 0 ? "<now>" : `<now ${rounds > 0 ? "+" : "-"} ${Math.abs(rounds * 10)} min>`;
  }

  /** A moment that a call named, as exact as it was written. */
  #second(text: string, since: number): string {
    return `<begun ${since < 0 ? "-" : "+"} ${Math.abs(Math.floor(since / 1000))} s>${text.charAt(10)}${text.slice(19)}`;
  }
}

/** The object's parts in one order, as both servers tell them. */
function told(value: { [key: string]: Json }): [string, Json][] {
  const parts = Object.entries(value).map(([name, part]): [string, Json] => [name, EQUALS[name]?.(part) ?? part]);
  return parts.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Values of a key that mean the same. */
const EQUALS: Readonly<Record<string, (value: Json) => Json>> = {
  // a set
  pause_keys: (value) => (Array.isArray(value) ? value.map(String).toSorted((one, other) => (one < other ? -1 : 1)) : value),
  // none, which the original answers as null where the run has an idempotency key
  job_variables: (value) => value ?? {},
};
