/**
 * Plays the provider `vault` of the Secrets Store CSI driver for the pod runner: takes what a SecretProviderClass names from the
 * server at its `vaultAddress`. The token is in an annotation; the real provider logs in by a ServiceAccount.
 */
import { parse } from "yaml";
import type { ProviderClass } from "./pod-runner/objects.ts";

interface Wanted {
  readonly objectName: string;
  readonly secretPath: string;
  readonly secretKey?: string;
}

type Texts = Readonly<Record<string, string>>;

/** The files of a volume, by name. */
export async function provide({ metadata, spec }: ProviderClass): Promise<Texts> {
  if (spec.provider !== "vault") throw new Error(`this provider serves vault, not ${spec.provider}`);
  const { vaultAddress = "", objects = "" } = spec.parameters ?? {};
  const token = metadata.annotations?.["praetor.dev/test-token"] ?? "";
  const wanted = parse(objects) as readonly Wanted[];
  const paths = [...new Set(wanted.map(({ secretPath }) => secretPath))];
  const documents = new Map(
    await Promise.all(paths.map(async (path) => [path, await read(`${vaultAddress}/v1/${path}`, token)] as const)),
  );
  return Object.fromEntries(wanted.map((each) => [each.objectName, contentOf(each, documents.get(each.secretPath) ?? {})]));
}

async function read(address: string, token: string): Promise<Texts> {
  const response = await fetch(address, { headers: { "x-vault-token": token } });
  if (!response.ok) throw new Error(`${address}: the store answers ${response.status}`);
  const { data } = (await response.json()) as { data: { data: Texts } };
  return data.data;
}

function contentOf({ secretPath, secretKey }: Wanted, document: Texts): string {
  if (secretKey === undefined) return JSON.stringify(document);
  const content = document[secretKey];
  if (content === undefined) throw new Error(`${secretPath} has no ${secretKey}`);
  return content;
}
