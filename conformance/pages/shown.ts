/** Output that a page shows: found, and replaced where it is not true any more. */

export interface Shown {
  /** What was typed; empty where the page shows what a process said that was started before. */
  readonly command: string;
  /** All of the block, with the line that was typed. */
  readonly text: string;
}

/** The blocks of a page that show output, in their order: those without a language. */
export function shownIn(page: string): Shown[] {
  const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, text = ""]) =>
    language === "" ? [{ command: /^\$ (.*)/.exec(text)?.[1] ?? "", text }] : [],
  );
}

/** The page with what was printed now in place of what is shown, unless they say the same. */
export function inPlaceOf(page: string, { text }: Shown, printed: string): string {
  const tidy = printed
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
  if (essence(tidy) === essence(text)) return page;
  return page.replace(text, () => `${tidy.replaceAll(ADDRESS, "http://127.0.0.1:4200")}\n`);
}

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/g;

/** Without what differs from time to time: ids, names of runs, addresses, times, and the widths of tables that follow from them. */
function essence(text: string): string {
  return text
    .replaceAll(ADDRESS, "ADDRESS")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME")
    .replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, "TIME")
    .replaceAll(/(in )?(\d+|an?|a few) (second|minute|hour|day)s?( ago)?|just now/g, "WHEN")
    .replaceAll(/\b[a-z]+-[a-z]+\b/g, "NAME")
    .replaceAll(/[━─]+/g, "─")
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/^ | $/gm, "")
    .trim();
}
