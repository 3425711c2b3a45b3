import { type Call, isObject, type Json } from "./call.ts";
import { type Difference, signatureOf } from "./compare.ts";
import { play } from "./play.ts";
import type { Sides } from "./sides.ts";

/** Makes a sequence smaller as long as it shows the same difference; undefined where it does not show it again. */
export async function minimise(sides: Sides, sequence: readonly Call[], shown: Difference): Promise<Call[] | undefined> {
  const signature = signatureOf(shown);
  const shows = async (calls: readonly Call[]): Promise<boolean> => {
    const { difference } = await play(sides, calls);
    return difference !== undefined && signatureOf(difference) === signature;
  };
  if (!(await shows(sequence))) return undefined;
  const fewer = await withoutCalls([...sequence], shows);
  return withoutParts(fewer, shows);
}

type Shows = (calls: readonly Call[]) => Promise<boolean>;

async function withoutCalls(calls: Call[], shows: Shows): Promise<Call[]> {
  let kept = calls;
  for (let size = Math.ceil(calls.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = kept.length - 1; end > 0; end -= size) {
      const without = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      if (without.length < kept.length && (await shows(without))) kept = without;
    }
  }
  return kept;
}

async function withoutParts(calls: Call[], shows: Shows): Promise<Call[]> {
  let kept = calls;
  for (const index of calls.keys()) {
    for (let progress = true; progress; ) {
      progress = false;
      for (const smaller of smallerCalls(kept[index])) {
        const changed = kept.with(index, smaller);
        if (!(await shows(changed))) continue;
        kept = changed;
        progress = true;
        break;
      }
    }
  }
  return kept;
}

function smallerCalls(call: Call | undefined): Call[] {
  if (call === undefined) return [];
  const { headers, ...bare } = call;
  const bodies = call.body === undefined ? [] : smallerValues(call.body).map((body) => ({ ...call, body }));
  return [...(headers ? [bare] : []), ...bodies];
}

/** The value with one part less, at any depth. */
function smallerValues(value: Json): Json[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => [
      value.toSpliced(index, 1),
      ...smallerValues(item).map((smaller) => value.with(index, smaller)),
    ]);
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const { [key]: _, ...others } = value;
    return [others, ...smallerValues(part).map((smaller) => ({ ...value, [key]: smaller }))];
  });
}
