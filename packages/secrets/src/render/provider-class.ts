import type { Contract, ContractEntry } from "@praetor/topology";
import { stringify } from "yaml";
import { type ManifestOptions, manifestText, metadataOf } from "./manifest.ts";

export type Provider = "aws" | "azure" | "gcp" | "vault";

/** A secret that the store must hold. With `fields`, its value is JSON with one field for each key; else the value itself. */
export interface StoreSecret {
  readonly name: string;
  readonly fields: readonly string[];
}

export interface ProviderClassOptions extends ManifestOptions {
  readonly provider: Provider;
  /** What the names in the store begin with; `prefect` unless given. */
  readonly prefix?: string;
  /** What the provider needs to find the store: `region`, `keyvaultName` and `tenantId`, `project`, `vaultAddress` and `roleName`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

interface Item {
  readonly [field: string]: unknown;
}

interface Style {
  /** The parameters that must be given. */
  readonly needs: readonly string[];
  readonly store: (object: string, keys: readonly string[], options: ProviderClassOptions) => StoreSecret[];
  /** The provider's own parameters, every one a text. */
  readonly parameters: (object: string, keys: readonly string[], options: ProviderClassOptions) => Record<string, string>;
}

/** The name of a mounted file: unique in its class, and without the hyphens that paths in JSON would need quotes for. */
const alias = (object: string, key: string): string => `${object}__${key}`.replaceAll("-", "_");

const prefixed = ({ prefix = "prefect" }: ProviderClassOptions, name: string, separator: string): string =>
  `${prefix}${separator}${name}`;

const list = (items: readonly Item[]): string => stringify(items, { lineWidth: 0 });

/** One secret of the store for each Secret, with a field for each key. */
const whole =
  (separator: string) =>
  (object: string, keys: readonly string[], options: ProviderClassOptions): StoreSecret[] => [
    { name: prefixed(options, object, separator), fields: keys },
  ];

function given({ parameters = {} }: ProviderClassOptions, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, parameters[name] ?? ""]));
}

const styles: Readonly<Record<Provider, Style>> = {
  aws: {
    needs: ["region"],
    store: whole("/"),
    parameters: (object, keys, options) => {
      // A name with a hyphen must be quoted in JMESPath.
      const jmesPath = keys.map((key) => ({ path: `"${key}"`, objectAlias: alias(object, key) }));
      return {
        ...given(options, ["region"]),
        objects: list([{ objectName: prefixed(options, object, "/"), objectType: "secretsmanager", jmesPath }]),
      };
    },
  },
  azure: {
    needs: ["keyvaultName", "tenantId"],
    // Names there have letters, digits and hyphens only, and values have no fields.
    store: (object, keys, options) => keys.map((key) => ({ name: prefixed(options, `${object}-${key}`, "-"), fields: [] })),
    parameters: (object, keys, options) => {
      const items = keys.map((key) =>
        stringify({
          objectName: prefixed(options, `${object}-${key}`, "-"),
          objectType: "secret",
          objectAlias: alias(object, key),
        }),
      );
      return {
        ...given(options, ["keyvaultName", "tenantId"]),
        objects: stringify({ array: items }, { lineWidth: 0, blockQuote: "literal" }),
      };
    },
  },
  gcp: {
    needs: ["project"],
    store: whole("-"),
    parameters: (object, keys, options) => {
      const { project } = given(options, ["project"]);
      const resourceName = `projects/${project}/secrets/${prefixed(options, object, "-")}/versions/latest`;
      return { secrets: list(keys.map((key) => ({ resourceName, path: alias(object, key), extractJSONKey: key }))) };
    },
  },
  vault: {
    needs: ["vaultAddress", "roleName"],
    store: whole("/"),
    parameters: (object, keys, options) => {
      const secretPath = `secret/data/${prefixed(options, object, "/")}`;
      const objects = keys.map((key) => ({ objectName: alias(object, key), secretPath, secretKey: key }));
      return { ...given(options, ["vaultAddress", "roleName"]), objects: list(objects) };
    },
  },
};

/** The parameters that a provider cannot do without. */
export function neededParameters(provider: Provider): readonly string[] {
  return styles[provider].needs;
}

/** Everything that the store must hold for the classes to work, by the names that they use. */
export function storeSecrets({ entries }: Contract, options: ProviderClassOptions): StoreSecret[] {
  return objectsOf(entries).flatMap(([object, keys]) => styles[options.provider].store(object, keys, options));
}

/**
 * `SecretProviderClass` objects of the Secrets Store CSI driver, one for each Secret, which it syncs under the names of the
 * contract. The text holds no secret.
 */
export function renderProviderClasses({ entries }: Contract, options: ProviderClassOptions): string {
  const objects = objectsOf(entries).map(([object, keys]) => ({
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    kind: "SecretProviderClass",
    metadata: metadataOf(object, options),
    spec: {
      provider: options.provider,
      parameters: styles[options.provider].parameters(object, keys, options),
      secretObjects: [{ secretName: object, type: "Opaque", data: keys.map((key) => ({ objectName: alias(object, key), key })) }],
    },
  }));
  return manifestText(objects, heading(entries, options));
}

function objectsOf(entries: readonly ContractEntry[]): [object: string, keys: string[]][] {
  const names = [...new Set(entries.map(({ object }) => object))];
  return names.map((name) => [name, entries.filter(({ object }) => object === name).map(({ key }) => key)]);
}

/** What the reader must know: the driver makes a Secret only while a pod mounts its class. */
function heading(entries: readonly ContractEntry[], options: ProviderClassOptions): string {
  const secrets = objectsOf(entries).flatMap(([object, keys]) => styles[options.provider].store(object, keys, options));
  const names = secrets.map(
    ({ name, fields }) => `  ${name}${fields.length > 0 ? `: JSON with ${fields.length} fields, one for each key` : ""}`,
  );
  return [
    "The driver makes each Secret while some pod mounts its class, jobs included; enable syncSecret and rotation in its chart.",
    `The store (${options.provider}) must hold${options.provider === "vault" ? `, and \`praetor secrets push vault:secret/${options.prefix ?? "prefect"}\` puts there` : ""}:`,
    ...names,
  ].join("\n");
}
