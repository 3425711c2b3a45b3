import { percentEncode } from "../percent-encoding.ts";
import type { Secret } from "../secret.ts";

const mask = "[secret]";

/** What a text becomes on its way into a message: as it is, encoded for a connection string, in base64, inside JSON. */
function formsOf(secret: Secret): string[] {
  const text = secret.reveal();
  const base64 = Buffer.from(text).toString("base64");
  return [text, percentEncode(text), base64, base64.replace(/=+$/, ""), JSON.stringify(text).slice(1, -1)];
}

/** Shorter ones stand in too many words by chance, and are no passwords. */
const shortest = 4;

/** Anything that a program or server prints may repeat what it was sent, whole or in part: what was sent goes first, then what looks like it. */
export function cleaned(text: string, sent: readonly Secret[] = []): string {
  const forms = sent.flatMap(formsOf).filter((form) => form.length >= shortest);
  const known = forms.toSorted((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, mask), text);
  return (
    known
      // A refused patch echoes the object that was sent.
      .replace(/\{[^]*\}/g, "{...}")
      .replace(/(\w:\/\/[^\s:/@]*):[^\s@]*@/g, `$1:${mask}@`)
      .replace(/[\w+/=-]{24,}/g, (word) => (looksRandom(word) ? mask : word))
  );
}

const looksRandom = (word: string): boolean => /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
