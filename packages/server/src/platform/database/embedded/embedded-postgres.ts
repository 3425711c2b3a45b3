import type { ConnectionString } from "@praetor/secrets";
import { acquireCluster } from "./acquire.ts";
import { type Binaries, installBinaries } from "./binaries.ts";
import {
  type ClusterFolder,
  createCluster,
  flushCluster,
  holdsCluster,
  prepareFolder,
  removeSocketFolder,
} from "./cluster-folder.ts";
import type { Lock } from "./lock.ts";
import { type Owner, postgresOwner } from "./owner.ts";
import { abandonPostmaster, stopPostmaster } from "./postmaster.ts";
import { type ServerSettings, serverSettings, volatileSettings } from "./server-settings.ts";
import { pause } from "./wait.ts";

/** What happens to the server, for the terminal and the log. */
export type EmbeddedEvent =
  | { readonly kind: "creating" | "taken_over" | "lost" | "restored" }
  | { readonly kind: "restore_failed"; readonly error: unknown };

export interface EmbeddedOptions {
  readonly dataFolder: string;
  /** Where the binaries are kept, shared by all data folders of a user. */
  readonly cacheFolder?: string;
  /** False for throw-away clusters: faster, and a power cut destroys them. */
  readonly durable?: boolean;
  readonly onEvent?: (event: EmbeddedEvent) => void;
}

/** A running PostgreSQL that this process answers for: it restarts it when it dies, until `stop`. */
export interface EmbeddedPostgres {
  readonly connection: ConnectionString;
  readonly dataFolder: string;
  readonly logFile: string;
  /** The process of the server at this moment. */
  readonly pid: number;
  /** Whether it had outlived an earlier process of ours. */
  readonly takenOver: boolean;
  /** Shuts the server down: running transactions are rolled back, committed ones are kept. */
  stop(): Promise<void>;
  /** As `stop`, but at once and without waiting: the next start recovers from the log. For a process that must exit. */
  abandon(): void;
}

/**
 * Starts the PostgreSQL of a data folder, or takes over the one that an earlier process of ours left running.
 *
 * @throws EmbeddedError
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const server = new Embedded(options);
  await server.start();
  return server;
}

/** The application's database; `postgres` holds nothing but the lock. */
const database = "praetor";

const restorePauseMilliseconds = 1000;

class Embedded implements EmbeddedPostgres {
  readonly dataFolder: string;
  readonly #folder: ClusterFolder;
  readonly #owner: Owner;
  readonly #binaries: Binaries;
  readonly #settings: ServerSettings;
  readonly #durable: boolean;
  readonly #onEvent: (event: EmbeddedEvent) => void;
  #lock: Lock | undefined;
  #restoring: Promise<void> | undefined;
  #stopping = false;
  takenOver = false;

  constructor({ dataFolder, cacheFolder, durable = true, onEvent = () => {} }: EmbeddedOptions) {
    this.dataFolder = dataFolder;
    this.#owner = postgresOwner();
    this.#folder = prepareFolder(dataFolder, this.#owner);
    this.#binaries = installBinaries(cacheFolder);
    this.#settings = durable ? serverSettings : { ...serverSettings, ...volatileSettings };
    this.#durable = durable;
    this.#onEvent = onEvent;
  }

  async start(): Promise<void> {
    const fresh = !holdsCluster(this.#folder);
    if (fresh) {
      this.#onEvent({ kind: "creating" });
      await createCluster(this.#folder, this.#owner, this.#binaries);
    }
    const flushed = fresh && this.#durable ? flushCluster(this.#folder, this.#owner, this.#binaries) : undefined;
    await Promise.all([flushed, this.#acquire()]);
    if (this.takenOver) this.#onEvent({ kind: "taken_over" });
  }

  async #acquire(): Promise<void> {
    const { lock, launched } = await acquireCluster(this.#folder, this.#owner, this.#binaries, this.#settings);
    await lock.ensureDatabase(database);
    this.#lock = lock;
    this.takenOver = !launched;
    lock.onLost(() => {
      if (!this.#stopping) this.#restoring = this.#restore();
    });
  }

  async #restore(): Promise<void> {
    this.#onEvent({ kind: "lost" });
    while (!this.#stopping) {
      try {
        await this.#acquire();
        return this.#onEvent({ kind: "restored" });
      } catch (error) {
        this.#onEvent({ kind: "restore_failed", error });
        await pause(restorePauseMilliseconds);
      }
    }
  }

  get logFile(): string {
    return this.#folder.log;
  }

  get pid(): number {
    return this.#running().postmaster.pid;
  }

  get connection(): ConnectionString {
    const hosts = [{ host: this.#running().postmaster.socketFolder, port: 5432 }];
    return { hosts, user: "praetor", database, parameters: {} };
  }

  #running(): Lock {
    if (this.#lock === undefined) throw new Error("The embedded PostgreSQL does not run.");
    return this.#lock;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restoring;
    const lock = this.#lock;
    this.#lock = undefined;
    if (lock === undefined) return;
    await stopPostmaster(lock.postmaster);
    await lock.release();
    removeSocketFolder(this.#folder, lock.postmaster.socketFolder);
  }

  abandon(): void {
    this.#stopping = true;
    if (this.#lock !== undefined) abandonPostmaster(this.#lock.postmaster);
  }
}
