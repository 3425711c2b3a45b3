import type { ContractEntry } from "@praetor/topology";
import { percentDecode, percentEncode } from "../percent-encoding.ts";
import { looksLikeConnection } from "./evidence.ts";
import { type Expectation, nameOf } from "./expectation.ts";
import type { Diagnosis } from "./finding.ts";
import { placeholderIn } from "./placeholder.ts";
import { unwrap } from "./wrapping.ts";

type PlainEntry = Exclude<ContractEntry, { kind: "connection" }>;

/** Everything that is wrong with a value that is a secret as it is. */
export function diagnosePlain(entry: PlainEntry, value: string, expectation: Expectation): Diagnosis[] {
  const right = entry.kind === "password" ? expectation.passwords[entry.user]?.reveal() : undefined;
  if (value === right) return [];
  if (value.trim() === "") return diagnoseEmpty(entry, value);
  const recognises = (inner: string) => (right === undefined ? isHiddenText(inner, value) : inner === right);
  const { text, diagnoses } = unwrap(value, entry.key, recognises);
  if (text === right) return [...diagnoses];
  return [...diagnoses, ...diagnoseText(entry, text, right)];
}

/** Nothing is known of the value; but base64 of words is hardly a password, while base64 of bytes may be one. */
const isHiddenText = (inner: string, value: string): boolean =>
  inner !== value && inner.length >= 3 && /^[\x20-\x7e]+$/.test(inner);

function diagnoseEmpty(entry: PlainEntry, value: string): Diagnosis[] {
  if (entry.optional && value === "") return [];
  if (entry.optional) {
    const message = "The value is only white space; whoever reads it takes it for a password.";
    return [{ code: "surrounding_space", message, remedy: "Leave it empty, or put the secret in." }];
  }
  const message = `The value is empty; it is ${entry.purpose}.`;
  return [{ code: "value_empty", message, remedy: "Put it in; `praetor secrets render` does." }];
}

function diagnoseText(entry: PlainEntry, text: string, right: string | undefined): Diagnosis[] {
  const placeholder = right !== undefined && text === right ? undefined : placeholderIn(text);
  if (placeholder !== undefined) return [placeholder];
  if (looksLikeConnection(text)) return [connectionInstead(entry)];
  if (entry.kind === "keyring") return diagnoseKeyring(text);
  if (right !== undefined) return [differs(text, right)];
  return isEncoded(text) ? [encoded(text)] : [];
}

function connectionInstead({ purpose }: PlainEntry): Diagnosis {
  const message = `The value is a connection string; what belongs here is ${purpose}, alone.`;
  return { code: "connection_string_unexpected", message, remedy: "Put only the secret there, not percent-encoded." };
}

function differs(text: string, right: string): Diagnosis {
  const decoded = percentDecode(text);
  const spaced = percentDecode(text.replaceAll("+", "%20"));
  if (text === percentEncode(right) || decoded === right || spaced === right || text === encodeURIComponent(right))
    return encoded(text);
  const lengths = `${text.length} characters, where they have ${right.length}`;
  const message = `The password is not the one that ${nameOf("service")} has in the connection strings (${lengths}): the role would be made with it, and no service could log in.`;
  return { code: "password_differs", message, remedy: "Use one password for all keys of the user." };
}

/** All of it is what an encoder writes, and some of it is an escape that stands for a character that is not plain. */
const isEncoded = (text: string): boolean => /%[0-9A-F]{2}/.test(text) && percentEncode(percentDecode(text) ?? "") === text;

function encoded(text: string): Diagnosis {
  const at = text.search(/[%+]/) + 1;
  const message = `The value is percent-encoded (character ${at}), and here it is taken as it is: only passwords inside connection strings are encoded.`;
  return { code: "encoded_where_raw", message, remedy: "Put the password itself here." };
}

function diagnoseKeyring(text: string): Diagnosis[] {
  const wrong = text.split(",").findIndex((key) => !/^[A-Za-z0-9_-]{43}$/.test(key));
  if (wrong < 0) return [];
  const message = `Key ${wrong + 1} of the list is not 32 bytes in base64url (43 characters).`;
  return [
    {
      code: "keyring_malformed",
      message,
      remedy: "Separate the keys by commas, the current one first; `praetor secrets render` makes one.",
    },
  ];
}
