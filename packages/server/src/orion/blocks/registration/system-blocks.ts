/** A kind of block that every workspace has from its first start. */
export interface SystemBlock {
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  readonly code_example: string;
  /** Cannot be deleted: clients or this server rely on it. */
  readonly is_protected: boolean;
  readonly capabilities: readonly string[];
  /** The JSON Schema of the values, and which of them are secret. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const FILE_SYSTEM = ["read-path", "write-path", "get-directory", "put-directory"];
const text = { type: "string" } as const;
const hidden = { type: "string", format: "password", writeOnly: true } as const;
const nullable = (schema: object) => ({ anyOf: [schema, { type: "null" }], default: null });

interface Shape {
  readonly title: string;
  readonly slug: string;
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly secret?: readonly string[];
}

/** The fields of a block; forms show them in the order in which they are declared. */
function fieldsOf({ title, slug, properties, required = [], secret = [] }: Shape): SystemBlock["fields"] {
  const placed = Object.entries(properties).map(([key, schema], position) => [key, { ...schema, position }]);
  return {
    title,
    type: "object",
    block_type_slug: slug,
    block_schema_references: {},
    properties: Object.fromEntries(placed),
    ...(required.length > 0 && { required }),
    secret_fields: secret,
  };
}

const example = (module: string, name: string): string =>
  `\`\`\`python\nfrom ${module} import ${name}\n\nblock = ${name}.load("my-block")\n\`\`\``;

/**
 * The kinds that the core of the client ships and cannot do without. A client adds its own schema beside the one
 * here when their contents differ: schemas are told apart by content.
 */
export const SYSTEM_BLOCKS: readonly SystemBlock[] = [
  {
    name: "Secret",
    slug: "secret",
    description: "One value that nobody shall see: a password, a token, or any JSON that holds some.",
    code_example: example("prefect.blocks.system", "Secret"),
    is_protected: true,
    capabilities: [],
    fields: fieldsOf({
      title: "Secret",
      slug: "secret",
      properties: {
        value: { title: "Value", description: "What to keep secret.", anyOf: [hidden, {}], format: "password", writeOnly: true },
      },
      required: ["value"],
      secret: ["value"],
    }),
  },
  {
    name: "Local File System",
    slug: "local-file-system",
    description: "Files in a folder of the machine that runs the flow.",
    code_example: example("prefect.filesystems", "LocalFileSystem"),
    is_protected: true,
    capabilities: FILE_SYSTEM,
    fields: fieldsOf({
      title: "LocalFileSystem",
      slug: "local-file-system",
      properties: { basepath: { title: "Basepath", description: "The folder that relative paths begin at.", ...nullable(text) } },
    }),
  },
  {
    name: "Webhook",
    slug: "webhook",
    description: "A URL to call when something happens.",
    code_example: example("prefect.blocks.webhook", "Webhook"),
    is_protected: true,
    capabilities: [],
    fields: fieldsOf({
      title: "Webhook",
      slug: "webhook",
      properties: {
        method: {
          title: "Method",
          description: "The method of the request.",
          ...text,
          enum: ["GET", "POST", "PUT", "PATCH", "DELETE"],
          default: "POST",
        },
        url: { title: "Webhook URL", description: "The address to call.", ...hidden },
        headers: { title: "Webhook Headers", description: "Headers to send along.", type: "object" },
        allow_private_urls: {
          title: "Allow Private Urls",
          description: "Whether addresses of private networks may be called.",
          type: "boolean",
          default: true,
        },
        verify: {
          title: "Verify",
          description: "Whether the certificate of the other side must be valid.",
          type: "boolean",
          default: true,
        },
      },
      required: ["url"],
      secret: ["url", "headers.*"],
    }),
  },
  {
    name: "Remote File System",
    slug: "remote-file-system",
    description: "Files in any store that fsspec can reach, named by a URL such as s3://bucket/folder.",
    code_example: example("prefect.filesystems", "RemoteFileSystem"),
    is_protected: false,
    capabilities: FILE_SYSTEM,
    fields: fieldsOf({
      title: "RemoteFileSystem",
      slug: "remote-file-system",
      properties: {
        basepath: { title: "Basepath", description: "The URL that relative paths begin at.", ...text },
        settings: { title: "Settings", description: "Options for fsspec.", type: "object" },
      },
      required: ["basepath"],
    }),
  },
];
