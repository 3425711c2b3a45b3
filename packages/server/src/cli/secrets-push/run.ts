import { deriveSet, remoteValues, type SecretSet } from "@praetor/secrets/sets";
import { pushFields, type Pushed, readRemoteValues, readVaultSet, type Vault, vaultOpener } from "@praetor/secrets/stores";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { factsFor, statedFor, type Stated } from "../secrets/input.ts";
import { placeOf, setAt } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** What a store holds for one way of delivery. */
interface Layout {
  /** What the store has already, as a set. */
  readonly existing: () => Promise<SecretSet>;
  /** The secrets that it must hold, by path. */
  readonly secrets: (stated: Stated) => ReadonlyMap<string, Parameters<typeof pushFields>[2]>;
}

/** `praetor secrets push` */
export const run = explained(async (terminal, given) => {
  const { vault, path } = storeFor(terminal, given);
  const layout = layoutFor(terminal, given, vault, path);
  const named = given.options["--existing"];
  const existing = await (named === undefined ? layout.existing() : setAt(terminal, placeOf(terminal, given, named)));
  const secrets = layout.secrets(await statedFor(terminal, given, existing));
  const pushed: Pushed[] = [];
  for (const [each, fields] of secrets) {
    const result = await pushFields(vault, each, fields);
    pushed.push(result);
    if (!given.flags.has("--json")) terminal.out(line(result));
  }
  if (given.flags.has("--json")) terminal.out(JSON.stringify({ secrets: pushed }, undefined, 2));
  else terminal.out(summary(pushed));
  return "success";
});

function storeFor(terminal: Terminal, given: Given): { vault: Vault; path: string } {
  const place = placeOf(terminal, given, given.operands[0] ?? "");
  if (place.kind === "vault" || place.kind === "openbao") {
    return { vault: vaultOpener(terminal.environment)(place.kind), path: place.path };
  }
  throw new CommandError("That is no path of a store.", "Write vault:secret/prefect or openbao:secret/prefect.", "usage");
}

function layoutFor(terminal: Terminal, given: Given, vault: Vault, path: string): Layout {
  const form = given.options["--for"] ?? "secret-provider-class";
  const contract = secretsContract(factsFor(terminal, given).contract);
  if (form === "secret-provider-class") {
    return {
      existing: () => readVaultSet(vault, path, contract),
      secrets: ({ facts, passwords }) => {
        const objects = [...deriveSet(facts, passwords).objects.values()];
        return new Map(
          objects.map(({ name, entries }) => [`${path}/${name}`, new Map([...entries].map(([key, { value }]) => [key, value]))]),
        );
      },
    };
  }
  if (form !== "external-secret") {
    throw new CommandError("--for: there is no such form.", "Name secret-provider-class or external-secret.", "usage");
  }
  const { "--prefix": prefix = "prefect", "--property": property = "value" } = given.options;
  return {
    existing: () => readRemoteValues(vault, path, property, factsFor(terminal, given), prefix),
    secrets: ({ facts, passwords }) => {
      const values = remoteValues(facts, passwords, { prefix });
      return new Map([...values].map(([name, value]) => [`${path}/${name}`, new Map([[property, value]])]));
    },
  };
}

function line({ path, change, fields }: Pushed): string {
  return `${change.padEnd(9)}  ${path}${fields.length === 0 ? "" : `  ${fields.length} ${fields.length === 1 ? "field" : "fields"}`}`;
}

function summary(pushed: readonly Pushed[]): string {
  const written = pushed.filter(({ change }) => change !== "unchanged").length;
  return written === 0
    ? `Nothing to do: all ${pushed.length} secrets are there.`
    : `${written} of ${pushed.length} secrets written.`;
}
