import type { Diagnosis } from "./finding.ts";

/** What is left of a value when what was put around it by mistake is taken off, and what that was. */
export interface Unwrapped {
  readonly text: string;
  readonly diagnoses: readonly Diagnosis[];
}

/** Whether a text that base64 hid is what the key should hold. */
export type Recognises = (text: string) => boolean;

const write = "Write the value alone.";

/** Takes off, one after the other, everything that templates, shells and copying put around a value. */
export function unwrap(value: string, key: string, recognises: Recognises): Unwrapped {
  const diagnoses: Diagnosis[] = [];
  let text = value;
  for (;;) {
    const layer = layerOf(text, key, recognises);
    if (layer === undefined) return { text, diagnoses };
    diagnoses.push(layer.diagnosis);
    text = layer.inner;
  }
}

interface Layer {
  readonly inner: string;
  readonly diagnosis: Diagnosis;
}

function layerOf(text: string, key: string, recognises: Recognises): Layer | undefined {
  // A value that is right as it is may look wrapped; then it is not.
  if (recognises(text)) return undefined;
  return newline(text) ?? doubledKey(text, key) ?? quotes(text) ?? space(text, recognises) ?? base64(text, recognises);
}

function newline(text: string): Layer | undefined {
  const inner = text.replace(/[\r\n]+$/, "");
  if (inner === text) return undefined;
  const message = `The value ends in a line break (character ${inner.length + 1}), which becomes part of it.`;
  const remedy = "Make it again without: `printf %s` or `echo -n` instead of `echo`, `|-` instead of `|` in YAML.";
  return { inner, diagnosis: { code: "trailing_newline", message, remedy } };
}

function doubledKey(text: string, key: string): Layer | undefined {
  const found = new RegExp(`^${key}[:=][ \\t]*`).exec(text);
  if (found === null) return undefined;
  const message = `The value begins with the key's own name, \`${key}\`; the name stands twice.`;
  return { inner: text.slice(found[0].length), diagnosis: { code: "key_doubled", message, remedy: "Remove the second name." } };
}

function quotes(text: string): Layer | undefined {
  const found = /^(["'])([^]*)\1$/.exec(text);
  if (found === null) return undefined;
  const message = "The value has quotation marks around it, which are part of it (characters 1 and last).";
  return {
    inner: found[2] ?? "",
    diagnosis: { code: "value_quoted", message, remedy: `${write} Only YAML's or the shell's own quotes vanish.` },
  };
}

/** A password may begin or end in a space; so only what is known to be right without them has them by mistake. */
function space(text: string, recognises: Recognises): Layer | undefined {
  const inner = text.trim();
  if (inner === text || !recognises(inner)) return undefined;
  const at = text.startsWith(inner.slice(0, 1)) ? inner.length + 1 : 1;
  const message = `The value has white space around it (character ${at}), which becomes part of it.`;
  return { inner, diagnosis: { code: "surrounding_space", message, remedy: write } };
}

function base64(text: string, recognises: Recognises): Layer | undefined {
  if (!/^[A-Za-z0-9+/]{4,}={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const inner = Buffer.from(text, "base64").toString("utf8");
  if (!recognises(inner.trimEnd())) return undefined;
  const message = "The value is base64 of what belongs here: it was encoded once more than its carrier does.";
  const remedy = "Put the text itself under `stringData`, or encode it once under `data`; a store's driver takes it as it is.";
  return { inner, diagnosis: { code: "base64_twice", message, remedy } };
}
