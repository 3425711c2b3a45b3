/**
 * Plays the provider `vault` of the Secrets Store CSI driver for the pod runner: reads a SecretProviderClass on standard input,
 * takes what it names from the server at its `vaultAddress`, and answers the files of the volume as JSON.
 *
 * The token is in an annotation; the real provider logs in by a ServiceAccount.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface Wanted {
  readonly objectName: string;
  readonly secretPath: string;
  readonly secretKey?: string;
}

interface ProviderClass {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly provider: string; readonly parameters: Readonly<Record<string, string>> };
}

const { metadata, spec } = JSON.parse(readFileSync(0, "utf8")) as ProviderClass;
if (spec.provider !== "vault") throw new Error(`this provider serves vault, not ${spec.provider}`);
const { vaultAddress, objects = "" } = spec.parameters;
const token = metadata.annotations?.["praetor.dev/test-token"] ?? "";

const documents = new Map<string, Promise<Readonly<Record<string, string>>>>();

function documentAt(path: string): Promise<Readonly<Record<string, string>>> {
  const known = documents.get(path) ?? read(path);
  documents.set(path, known);
  return known;
}

async function read(path: string): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(`${vaultAddress}/v1/${path}`, { headers: { "x-vault-token": token } });
  if (!response.ok) throw new Error(`${path}: the store answers ${response.status}`);
  const { data } = (await response.json()) as { data: { data: Record<string, string> } };
  return data.data;
}

async function contentOf({ secretPath, secretKey }: Wanted): Promise<string> {
  const document = await documentAt(secretPath);
  if (secretKey === undefined) return JSON.stringify(document);
  const content = document[secretKey];
  if (content === undefined) throw new Error(`${secretPath} has no ${secretKey}`);
  return content;
}

const wanted = parse(objects) as readonly Wanted[];
const files = await Promise.all(wanted.map(async (each) => [each.objectName, await contentOf(each)] as const));
process.stdout.write(JSON.stringify(Object.fromEntries(files)));
