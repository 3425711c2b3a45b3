import { type Answer, type Call, isObject, type Json, operationOf } from "./call.ts";

export interface Difference {
  readonly index: number;
  readonly call: Call;
  /** Where in the answer, e.g. `$.state.name`. */
  readonly place: string;
  readonly theirs: Said;
  readonly ours: Said;
}

/** A whole answer and what stands in it at the place. */
export interface Said {
  readonly answer: Answer;
  readonly value: Json | undefined;
}

/** Where two answers to one call differ first. */
export function firstDifference(call: Call, theirs: Answer, ours: Answer): Difference | undefined {
  const found = differing(whole(theirs), whole(ours), "$");
  return (
    found && {
      index: 0,
      call,
      place: found.place,
      theirs: { answer: theirs, value: found.theirs },
      ours: { answer: ours, value: found.ours },
    }
  );
}

function whole({ status, type, retryAfter, body }: Answer): Json {
  return { status, type: type.split(";")[0] ?? "", retryAfter, body };
}

interface Found {
  readonly place: string;
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
}

function differing(theirs: Json | undefined, ours: Json | undefined, place: string): Found | undefined {
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    return first(theirs.map((item, index) => () => differing(item, ours[index], `${place}[${index}]`)));
  }
  if (isObject(theirs) && isObject(ours)) {
    const keys = Object.keys({ ...theirs, ...ours });
    // the status says most
    keys.sort((one, other) => Number(other === "status") - Number(one === "status"));
    return first(keys.map((key) => () => differing(theirs[key], ours[key], `${place}.${key}`)));
  }
  return Object.is(theirs, ours) ? undefined : { place, theirs, ours };
}

function first(tests: readonly (() => Found | undefined)[]): Found | undefined {
  for (const test of tests) {
    const found = test();
    if (found) return found;
  }
  return undefined;
}

/** What makes two differences one: the operation, the statuses and the place, whichever item of a list it was. */
export function signatureOf({ call, place, theirs, ours }: Difference): string {
  const statuses =
    theirs.answer.status === ours.answer.status ? theirs.answer.status : `${theirs.answer.status}/${ours.answer.status}`;
  return `${operationOf(call)} ${statuses} ${place.replaceAll(/\[\d+\]/g, "[]").replaceAll(/#\d+/g, "#")}`;
}
