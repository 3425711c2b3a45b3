import { percentEncode } from "@praetor/secrets";

/** Fifty texts that stand nowhere else, with every kind of character that an encoding changes. */
export const canaries = Array.from({ length: 50 }, (_, index) => `Canary-${String(index).padStart(2, "0")} (s!ng*)@/+é?`);
export const canary = (index: number): string => canaries[index] ?? "";

/** Base64 of a text in the middle of others: it begins at any of three places within a group, and its ends are its neighbours'. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
      .toString("base64")
      .slice(before === 0 ? 0 : 4, -4),
  );
}

function formsOf(text: string): string[] {
  const encoded = [
    percentEncode(text),
    encodeURIComponent(text),
    percentEncode(percentEncode(text)),
    percentEncode(text).replaceAll("%20", "+"),
  ];
  const forms = [text, ...encoded, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString("hex")];
  return [...forms, ...[text, percentEncode(text)].flatMap(base64Forms), Buffer.from(text).toString("base64url").slice(0, -2)];
}

export const canaryForms = canaries.map(formsOf);

/** The canaries that a text shows, in whatever form. */
export const hits = (text: string): number[] =>
  canaryForms.flatMap((each, index) => (each.some((form) => text.includes(form)) ? [index] : []));
