import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { definitions } from "./definitions.ts";
import { settingsOf } from "./program.ts";

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

/** The command lines of a page: in blocks of a shell, and in code within sentences. */
function linesOf(text: string): string[] {
  const typed = [...text.matchAll(/(?:^|`|\| |\$ |; )(?:npx )?praetor ((?:[a-z]+ )?[a-z]+[^`\n]*)/gm)].map(
    ([, words = ""]) => words,
  );
  // A group alone is how the pages speak of all its commands.
  return typed.map((words) => words.replace(/\s+#.*$/, "")).filter((words) => words !== "secrets");
}

const optionsOf = (words: string): string[] | undefined => {
  const definition = definitions.find((each) => words === each.words || words.startsWith(`${each.words} `));
  if (definition === undefined) return undefined;
  const flags = (definition.flags ?? []).map(({ option }) => option.split(" ")[0] ?? "");
  return ["--help", ...flags, ...settingsOf(definition).flatMap(({ setting }) => setting.option ?? [])];
};

test.each(["docs/secrets.md", "README.md", "docs/databases.md"])(
  "every command and option in %s is one that there is",
  (path) => {
    const lines = linesOf(read(path));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const options = optionsOf(line);
      expect([line, options !== undefined]).toEqual([line, true]);
      const used = [...line.matchAll(/(?<!\S)--[\w-]+/g)].map(([option]) => option);
      expect([line, used.filter((option) => !options?.includes(option))]).toEqual([line, []]);
    }
  },
);
