import type { ReadFault, ReadFaultCode } from "../set/secret-set.ts";

interface Words {
  readonly message: string;
  readonly remedy: string;
}

const words: Readonly<Record<ReadFaultCode, Words>> = {
  key_repeated: {
    message: "The key stands twice in its Secret; which value counts depends on who reads it.",
    remedy: "Remove one of them.",
  },
  object_repeated: {
    message: "The Secret is declared twice; the one that is applied last replaces the other.",
    remedy: "Keep one declaration with all keys.",
  },
  value_not_base64: {
    message: "The value under `data` is no base64; the whole Secret is refused.",
    remedy: "Put the text itself under `stringData`, or encode it: `printf %s ... | base64 -w0`.",
  },
  value_not_string: {
    message: "The value is no text for YAML (a number, a boolean, a list or a mapping); the whole Secret is refused.",
    remedy: "Put quotes around it.",
  },
  value_not_text: {
    message: "The value is not UTF-8 text, and every value of the contract is.",
    remedy: "Look whether it was compressed, encrypted or saved in another encoding.",
  },
};

/** The words for what was found while reading. */
export function wordsFor({ code }: ReadFault): Words {
  return words[code];
}
