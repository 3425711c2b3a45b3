import type { Settings } from "../../platform/config/index.ts";
import { type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { Fernet, InvalidToken } from "./fernet.ts";
import { objectOf, parseTree, type TreeObject, writeTree } from "./json-tree.ts";

/** The key by which the original keeps its own; a database that it filled opens with what stands there. */
const readKey = workspaceStatement<[], { key: string }>(
  "block-document.read-encryption-key",
  `select value ->> 'fernet_key' as key from orion.configuration where workspace_id = $1 and key = 'ENCRYPTION_KEY'`,
);

const insertKey = workspaceStatement<[key: string], { key: string }>(
  "block-document.insert-encryption-key",
  `insert into orion.configuration (workspace_id, key, value)
  values ($1, 'ENCRYPTION_KEY', jsonb_build_object('fernet_key', $2::text))
  on conflict (workspace_id, key) do nothing
  returning value ->> 'fernet_key' as key`,
);

/** Encrypts what documents hold: with the operator's key, else with the one that each workspace keeps. */
export class DocumentEncryption {
  readonly #operators: Fernet | undefined;
  readonly #workspaces = new Map<string, Fernet>();

  constructor(settings: Pick<Settings, "encryptionKey">) {
    this.#operators = settings.encryptionKey === null ? undefined : new Fernet(settings.encryptionKey.reveal());
  }

  async encrypt(database: WorkspaceExecutor, data: TreeObject): Promise<string> {
    return (await this.#fernet(database)).encrypt(writeTree(data));
  }

  /** @returns a function, so that a list of documents asks for the key once */
  async decrypter(database: WorkspaceExecutor): Promise<(token: string) => TreeObject> {
    const fernet = await this.#fernet(database);
    return (token) => objectOf(parseTree(open(fernet, token))) ?? new Map();
  }

  async #fernet(database: WorkspaceExecutor): Promise<Fernet> {
    const known = this.#operators ?? this.#workspaces.get(database.workspaceId);
    if (known !== undefined) return known;
    const fernet = new Fernet(await ensureKey(database));
    this.#workspaces.set(database.workspaceId, fernet);
    return fernet;
  }
}

async function ensureKey(database: WorkspaceExecutor): Promise<string> {
  const row = (await database.first(readKey)) ?? (await database.first(insertKey, Fernet.generateKey()));
  // Neither row: another caller inserted a key after our look, so that the next one finds it.
  return row === undefined ? ensureKey(database) : row.key;
}

function open(fernet: Fernet, token: string): string {
  try {
    return fernet.decrypt(token);
  } catch (error) {
    throw error instanceof InvalidToken ? apiError("block_document_unreadable") : error;
  }
}
