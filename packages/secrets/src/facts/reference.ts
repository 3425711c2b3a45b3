/** Where a secret is found; the text of a reference holds none. */
export type Reference =
  | { readonly kind: "generate" }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kubernetes"; readonly namespace?: string; readonly secret: string; readonly key: string }
  | { readonly kind: "vault" | "openbao"; readonly path: string; readonly field: string }
  | { readonly kind: "aws"; readonly secret: string; readonly field?: string }
  | { readonly kind: "azure"; readonly vault: string; readonly secret: string }
  | { readonly kind: "gcp"; readonly project: string; readonly secret: string; readonly version: string };

export type ReferenceKind = Reference["kind"];

interface Form {
  readonly example: string;
  readonly pattern: RegExp;
  readonly read: (groups: Readonly<Record<string, string | undefined>>) => Reference;
}

const path = (kind: "vault" | "openbao"): Form => ({
  example: `${kind}:secret/data/prefect#password`,
  pattern: /^(?<path>[^#\s]+)#(?<field>[^#\s]+)$/,
  read: ({ path = "", field = "" }) => ({ kind, path, field }),
});

/** How each kind is written, after its name and a colon. */
const forms: Readonly<Record<Exclude<ReferenceKind, "generate">, Form>> = {
  env: { example: "env:PGPASSWORD", pattern: /^(?<name>[A-Za-z_]\w*)$/, read: ({ name = "" }) => ({ kind: "env", name }) },
  file: {
    example: "file:./superuser-password",
    pattern: /^(?<path>[^\0\r\n]+)$/,
    read: ({ path = "" }) => ({ kind: "file", path }),
  },
  kubernetes: {
    example: "kubernetes:databases/postgres/password",
    pattern: /^(?:(?<namespace>[a-z0-9-]+)\/)?(?<secret>[a-z0-9.-]+)\/(?<key>[\w.-]+)$/,
    read: ({ namespace, secret = "", key = "" }) => ({
      kind: "kubernetes",
      ...(namespace !== undefined && { namespace }),
      secret,
      key,
    }),
  },
  vault: path("vault"),
  openbao: path("openbao"),
  aws: {
    example: "aws:prefect/database#password",
    pattern: /^(?<secret>[^#\s]+?)(?:#(?<field>[^#\s]+))?$/,
    read: ({ secret = "", field }) => ({ kind: "aws", secret, ...(field !== undefined && { field }) }),
  },
  azure: {
    example: "azure:my-vault/postgres-password",
    pattern: /^(?<vault>[A-Za-z0-9-]+)\/(?<secret>[A-Za-z0-9-]+)$/,
    read: ({ vault = "", secret = "" }) => ({ kind: "azure", vault, secret }),
  },
  gcp: {
    example: "gcp:my-project/postgres-password",
    pattern: /^(?<project>[a-z0-9-]+)\/(?<secret>[\w-]+)(?:\/(?<version>\w+))?$/,
    read: ({ project = "", secret = "", version = "latest" }) => ({ kind: "gcp", project, secret, version }),
  },
};

const isForm = (kind: string): kind is keyof typeof forms => Object.hasOwn(forms, kind);

/** Every way of writing a reference, for messages and documents. */
export const referenceExamples: readonly string[] = ["generate", ...Object.values(forms).map(({ example }) => example)];

/**
 * Reads the text of a reference. What is none is answered by the example of its kind, or by nothing when it has no kind: such a
 * text may be the secret itself, and is never repeated.
 */
export function parseReference(text: string): { readonly reference: Reference } | { readonly example: string | undefined } {
  if (text === "generate") return { reference: { kind: "generate" } };
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(colon, 0));
  if (!isForm(kind)) return { example: undefined };
  const { pattern, read, example } = forms[kind];
  const groups = pattern.exec(text.slice(colon + 1))?.groups;
  return groups === undefined ? { example } : { reference: read(groups) };
}

/** The text that `parseReference` reads as the same reference. */
export function formatReference(reference: Reference): string {
  switch (reference.kind) {
    case "generate":
      return "generate";
    case "env":
      return `env:${reference.name}`;
    case "file":
      return `file:${reference.path}`;
    case "kubernetes":
      return `kubernetes:${reference.namespace === undefined ? "" : `${reference.namespace}/`}${reference.secret}/${reference.key}`;
    case "vault":
    case "openbao":
      return `${reference.kind}:${reference.path}#${reference.field}`;
    case "aws":
      return `aws:${reference.secret}${reference.field === undefined ? "" : `#${reference.field}`}`;
    case "azure":
      return `azure:${reference.vault}/${reference.secret}`;
    default:
      return `gcp:${reference.project}/${reference.secret}/${reference.version}`;
  }
}
