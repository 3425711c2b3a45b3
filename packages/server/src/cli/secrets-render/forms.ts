import { existsSync } from "node:fs";
import {
  annotationNames,
  deriveSet,
  type Facts,
  type ManifestOptions,
  neededParameters,
  type Provider,
  renderEnv,
  renderExternalSecrets,
  renderKubernetes,
  renderProviderClasses,
  renderSealed,
  renderSops,
  renderValues,
  readSet,
  type SecretSet,
} from "@praetor/secrets/sets";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { factsFor, readText, statedFor } from "../secrets/input.ts";
import { pathIn, placeOf, setAt } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** Something that can be rendered. */
export interface Form {
  /** Whether the text shows secrets to who can read it. */
  readonly holdsSecrets: boolean;
  readonly render: (terminal: Terminal, given: Given) => Promise<string>;
}

/** Every form, in the order of the help. */
export const forms: Readonly<Record<string, Form>> = {
  kubernetes: {
    holdsSecrets: true,
    render: async (...typed) => withSet(...typed, true, ({ set, manifest }) => renderKubernetes(set, manifest)),
  },
  "secret-provider-class": { holdsSecrets: false, render: async (terminal, given) => providerClasses(terminal, given) },
  "external-secret": { holdsSecrets: false, render: async (terminal, given) => externalSecrets(terminal, given) },
  sealed: { holdsSecrets: false, render: (...typed) => withSet(...typed, false, (derived) => sealed(...typed, derived)) },
  sops: { holdsSecrets: false, render: (...typed) => withSet(...typed, false, (derived) => sops(...typed, derived)) },
  env: { holdsSecrets: true, render: (...typed) => withSet(...typed, true, ({ set }) => renderEnv(set)) },
  values: { holdsSecrets: true, render: (...typed) => withSet(...typed, true, ({ set }) => renderValues(set)) },
};

interface Derived {
  readonly set: SecretSet;
  readonly manifest: ManifestOptions;
}

/** Derives the set. The file that is about to be replaced is what exists, if its form can be read back. */
async function withSet(
  terminal: Terminal,
  given: Given,
  readable: boolean,
  write: (derived: Derived) => string | Promise<string>,
): Promise<string> {
  const existing = await existingFor(terminal, given, readable);
  const { facts, passwords } = await statedFor(terminal, given, existing);
  const manifest = { ...namespaceOf(given), ...datesOf(facts, new Date(), existing) };
  return write({ set: deriveSet(facts, passwords), manifest });
}

async function existingFor(terminal: Terminal, given: Given, readable: boolean): Promise<SecretSet | undefined> {
  const { "--existing": named, "--out": out } = given.options;
  if (named !== undefined) return setAt(terminal, placeOf(terminal, given, named));
  if (out === undefined || !existsSync(pathIn(terminal, out))) return undefined;
  if (readable) return readSet([pathIn(terminal, out)]);
  const remedy = "Name what exists with --existing, or write to another file.";
  throw new CommandError(`${out} is there and cannot be read back, so a generated password in it would be lost.`, remedy);
}

/** Whether an annotation dates one of the things that a Secret holds. */
const isDate = ([name]: [string, string]): boolean => name.startsWith(`${annotationNames.rotatedAt}.`);

/** A set that was made before keeps its dates, and those of what was rotated in it: rendering again replaces nothing. */
export function datesOf(
  { contract, rotateAfterDays }: Facts,
  now: Date,
  existing: SecretSet | undefined,
): Pick<ManifestOptions, "annotations" | "annotationsOf"> {
  const dates = [...(existing?.objects.values() ?? [])].flatMap(
    ({ annotations }) => annotations[annotationNames.rotatedAt] ?? [],
  );
  const annotations = {
    [annotationNames.contract]: `${contract}-${secretsContract(contract).version}`,
    [annotationNames.rotatedAt]: dates.toSorted()[0] ?? now.toISOString(),
    ...(rotateAfterDays !== undefined && { [annotationNames.rotateAfter]: `${rotateAfterDays}d` }),
  };
  const kept = (object: string) => Object.entries(existing?.objects.get(object)?.annotations ?? {}).filter(isDate);
  return { annotations, annotationsOf: (object) => Object.fromEntries(kept(object)) };
}

const namespaceOf = ({ options }: Given): ManifestOptions =>
  options["--namespace"] === undefined ? {} : { namespace: options["--namespace"] };

const prefixOf = ({ options }: Given): { prefix?: string } =>
  options["--prefix"] === undefined ? {} : { prefix: options["--prefix"] };

function required(given: Given, option: string, what: string): string {
  const value = given.options[option];
  if (value === undefined) throw new CommandError(`${option} is missing.`, `Name ${what}.`, "usage");
  return value;
}

const providers: Readonly<Record<string, Provider>> = { aws: "aws", azure: "azure", gcp: "gcp", vault: "vault" };

function providerClasses(terminal: Terminal, given: Given): string {
  const provider = providers[required(given, "--provider", "aws, azure, gcp or vault")];
  if (provider === undefined)
    throw new CommandError("--provider: there is no such provider.", "Name aws, azure, gcp or vault.", "usage");
  const pairs = (given.options["--parameters"] ?? "")
    .split(",")
    .filter(Boolean)
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    });
  const parameters = Object.fromEntries(pairs);
  const missing = neededParameters(provider).filter((name) => !parameters[name]);
  if (missing.length > 0)
    throw new CommandError(`${provider} needs ${missing.join(", ")}.`, `Write --parameters ${missing[0]}=...`, "usage");
  const { contract } = factsFor(terminal, given);
  return renderProviderClasses(secretsContract(contract), { provider, parameters, ...namespaceOf(given), ...prefixOf(given) });
}

function externalSecrets(terminal: Terminal, given: Given): string {
  const storeKind = given.options["--store-kind"] ?? "SecretStore";
  if (storeKind !== "SecretStore" && storeKind !== "ClusterSecretStore") {
    throw new CommandError("--store-kind: there is no such kind.", "Name SecretStore or ClusterSecretStore.", "usage");
  }
  const store = required(given, "--store", "the store that the operator reads");
  const property = given.options["--property"];
  return renderExternalSecrets(factsFor(terminal, given), {
    store,
    storeKind,
    ...(property !== undefined && { property }),
    ...namespaceOf(given),
    ...prefixOf(given),
  });
}

function sealed(terminal: Terminal, given: Given, { set, manifest }: Derived): string {
  const namespace = required(given, "--namespace", "the namespace, to which sealed values are bound");
  const certificate = pathIn(terminal, required(given, "--certificate", "the file that `kubeseal --fetch-cert` printed"));
  return renderSealed(set, readText(certificate, "Fetch it with `kubeseal --fetch-cert`."), { ...manifest, namespace });
}

function sops(_terminal: Terminal, given: Given, { set, manifest }: Derived): Promise<string> {
  const recipient = required(given, "--recipient", "the age public key of who may decrypt");
  return renderSops(set, { ...manifest, recipient, now: new Date() });
}
