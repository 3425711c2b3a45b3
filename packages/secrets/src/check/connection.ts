import type { ConnectionEntry } from "@praetor/topology";
import { ConnectionStringError } from "../connection-string-error.ts";
import { parseConnectionString } from "../connection-string-parse.ts";
import { formatConnectionString, type Host } from "../connection-string.ts";
import { percentDecode } from "../percent-encoding.ts";
import { type Anatomy, anatomyOf } from "./anatomy.ts";
import { looksLikeConnection } from "./evidence.ts";
import { type Expectation, expectedParts, nameOf, otherInstance, serverOf } from "./expectation.ts";
import type { Diagnosis } from "./finding.ts";
import { diagnosePassword } from "./password.ts";
import { placeholderIn } from "./placeholder.ts";
import { unwrap } from "./wrapping.ts";

const render = "Let `praetor secrets render` write it, or copy the form of a key beside it.";

/** Everything that is wrong with one connection string, most telling first. */
export function diagnoseConnection(entry: ConnectionEntry, value: string, expectation: Expectation): Diagnosis[] {
  if (value.trim() === "") return [empty(entry)];
  const parts = expectedParts(entry, expectation);
  const right = parts === undefined ? undefined : formatConnectionString(parts, entry.scheme).reveal();
  if (value === right) return [];
  const { text, diagnoses } = unwrap(
    value,
    entry.key,
    (inner) => inner === right || (looksLikeConnection(inner) && !/\s$/.test(inner)),
  );
  if (text === right) return [...diagnoses];
  const inner = diagnoseText(entry, text.trim(), expectation);
  const space = text !== text.trim() ? [spaced(text)] : [];
  const all = [...diagnoses, ...space, ...inner];
  return all.length === 0 ? unexplained(text, right) : all;
}

function empty({ readers, key }: ConnectionEntry): Diagnosis {
  const message = `The value is empty; ${readers.join(", ") || key} cannot start without a connection string.`;
  return { code: "value_empty", message, remedy: render };
}

function spaced(text: string): Diagnosis {
  const at = text.length - text.trimStart().length > 0 ? 1 : text.trimEnd().length + 1;
  const message = `The value has white space around it (character ${at}), which becomes part of it.`;
  return { code: "surrounding_space", message, remedy: "Write the value alone." };
}

function diagnoseText(entry: ConnectionEntry, text: string, expectation: Expectation): Diagnosis[] {
  const parts = anatomyOf(text);
  const passwordIsRight = parts?.password?.text === expectation.passwords[entry.user]?.reveal();
  const placeholder = passwordIsRight ? undefined : placeholderIn(text);
  if (placeholder !== undefined) return [...strayBeforePlaceholder(text), placeholder];
  if (parts === undefined) return [invalid(text)];
  const whose = nameOf(entry.user);
  return [
    ...diagnoseScheme(entry, parts),
    ...diagnoseUser(entry, parts, expectation),
    ...[diagnosePassword(parts, expectation.passwords[entry.user], whose) ?? []].flat(),
    ...diagnoseHost(entry, parts, expectation),
    ...diagnosePort(entry, parts, expectation),
    ...diagnoseDatabase(entry, parts),
    ...diagnoseQuery(parts),
  ];
}

function strayBeforePlaceholder(text: string): Diagnosis[] {
  const at = text.indexOf("@n<");
  return at < 0 ? [] : [stray(at + 2)];
}

function stray(at: number): Diagnosis {
  const message = `A stray \`n\` stands between \`@\` and the host (character ${at} of the value), so the name is not found.`;
  return {
    code: "stray_n",
    message,
    remedy: "Remove the `n`: the published list has `@n<database hostname>`, and means `@<database hostname>`.",
  };
}

function invalid(text: string): Diagnosis {
  let why = "It is not of the form scheme://user:password@host:port/database.";
  try {
    parseConnectionString(text);
  } catch (error) {
    if (error instanceof ConnectionStringError) why = error.message;
  }
  return { code: "connection_string_invalid", message: `The value is no connection string. ${why}`, remedy: render };
}

function diagnoseScheme({ scheme, key }: ConnectionEntry, parts: Anatomy): Diagnosis[] {
  if (parts.scheme.text === scheme) return [];
  const message = `The driver is wrong: the string must begin with \`${scheme}://\` (character 1), or ${key} stops when it connects.`;
  return [{ code: "driver_wrong", message, remedy: `Begin it with \`${scheme}://\`.` }];
}

function diagnoseUser({ user }: ConnectionEntry, { user: { text, start } }: Anatomy, { users }: Expectation): Diagnosis[] {
  const name = percentDecode(text);
  if (name === users[user]) return [];
  const place = `character ${start + 1} of the value`;
  if (user === "service" && name === users.super) {
    const message = `The superuser stands where the service user belongs (${place}): a daily service could drop what it should only read and write.`;
    return [{ code: "superuser_misplaced", message, remedy: `Put \`${users.service}\` and its password there.` }];
  }
  const message = `The user is wrong (${place}); this key belongs to ${nameOf(user)}, \`${users[user]}\`.`;
  return [{ code: "user_wrong", message, remedy: `Put \`${users[user]}\` and its password there.` }];
}

function diagnoseHost(entry: ConnectionEntry, parts: Anatomy, { servers }: Expectation): Diagnosis[] {
  const { text, start } = parts.host;
  const host = text.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  const own = servers.get(serverOf(entry));
  if (host === "")
    return [
      {
        code: "host_missing",
        message: `The host is missing (character ${start + 1}).`,
        remedy: "Put it between `@` and the port.",
      },
    ];
  if (own === undefined || host === own.host) return [];
  if (host === `n${own.host}`) return [stray(start + 1)];
  const other = servers.get(serverOf({ ...entry, instance: otherInstance(entry.instance) }));
  if (other !== undefined && host === other.host) return [swapped(entry, own, start)];
  const message = `The host is not the one that the other keys of ${entry.instance === "primary" ? "this primary" : "this replica"} name (character ${start + 1}).`;
  return [{ code: "host_differs", message, remedy: `Put \`${own.host}\` there, or correct the others.` }];
}

function swapped({ instance, server }: ConnectionEntry, own: Host, start: number): Diagnosis {
  const remedy = `Put \`${own.host}\` there (character ${start + 1}).`;
  if (instance === "replica") {
    const message = `The primary of ${server} stands where its replica belongs: reads burden the primary, and the replica is idle.`;
    return { code: "replica_is_primary", message, remedy };
  }
  const message = `The replica of ${server} stands where its primary belongs: whoever reads this key cannot write.`;
  return { code: "primary_and_replica_swapped", message, remedy };
}

function diagnosePort(entry: ConnectionEntry, { port, host }: Anatomy, { servers }: Expectation): Diagnosis[] {
  const expected = servers.get(serverOf(entry))?.port ?? 5432;
  const at = (port?.start ?? host.start + host.text.length) + 1;
  const remedy = `Write \`:${expected}\` after the host.`;
  if (port === undefined || port.text === "") {
    return [{ code: "port_missing", message: `The port is missing (character ${at}); drivers then take 5432.`, remedy }];
  }
  if (port.text === String(expected)) return [];
  return [
    {
      code: "port_wrong",
      message: `The port is not ${expected}, which the other keys of this server name (character ${at}).`,
      remedy,
    },
  ];
}

function diagnoseDatabase({ database }: ConnectionEntry, parts: Anatomy): Diagnosis[] {
  if (percentDecode(parts.database?.text ?? "") === database) return [];
  const at = (parts.database?.start ?? parts.host.start + parts.host.text.length) + 1;
  const message = `The database is wrong (character ${at}); this key opens \`${database}\`.`;
  return [{ code: "database_wrong", message, remedy: `End the string in \`/${database}\`.` }];
}

function diagnoseQuery({ query }: Anatomy): Diagnosis[] {
  if (query === undefined) return [];
  const message = `The string has parameters after \`?\` (character ${query.start}), which the contract has not and drivers read differently.`;
  return [
    { code: "parameters_unexpected", message, remedy: "Remove them, or make sure that the driver of this key knows them." },
  ];
}

/** Different, and no part of it is: only a spelling is left, such as that of the user, the host or the database. */
function unexplained(text: string, right: string | undefined): Diagnosis[] {
  if (right === undefined || right.toLowerCase() === text.toLowerCase()) return [];
  const at = Array.from(right).findIndex((character, index) => text[index] !== character) + 1;
  const message = `The value means the right thing and is spelled differently from character ${at} on.`;
  return [{ code: "encoding_not_canonical", message, remedy: render }];
}
