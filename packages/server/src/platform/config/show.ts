import type { EffectiveSetting, Origin } from "./load.ts";

const describe = (origin: Origin): string => (origin.source === "default" ? "default" : origin.name);

function shown({ row, value }: EffectiveSetting): string {
  if (value === null) return "-";
  const text = row.setting.print(value);
  return text === "" ? '""' : text;
}

/** The effective settings as a table for people: name, value, origin. Secrets print as `[secret]`. */
export function showSettings(effective: readonly EffectiveSetting[]): string {
  const lines = effective.map((entry) => [entry.row.key, shown(entry), describe(entry.origin)] as const);
  const [first, second] = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map(([key, value, origin]) => `${key.padEnd(first ?? 0)}  ${value.padEnd(second ?? 0)}  ${origin}`).join("\n");
}

/** The same for programs: `{ "api.port": { "value": "4200", "origin": "default" } }`. */
export function settingsAsJson(effective: readonly EffectiveSetting[]): string {
  const entries = effective.map((entry) => {
    const value = entry.value === null ? null : entry.row.setting.print(entry.value);
    return [entry.row.key, { value, origin: describe(entry.origin) }] as const;
  });
  return JSON.stringify(Object.fromEntries(entries), undefined, 2);
}
