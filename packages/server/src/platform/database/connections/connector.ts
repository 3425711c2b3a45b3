import type { ConnectionString, Host } from "@praetor/secrets";
import { Client, type ClientConfig, type CustomTypesConfig } from "pg";
import { type ConnectionSettings, connectionSettings, type TargetSession } from "./settings.ts";
import { classify, DatabaseUnavailable } from "../failures.ts";

export interface ConnectorOptions {
  readonly connection: ConnectionString;
  /** What `pg_stat_activity` shows, unless the connection string says it. */
  readonly applicationName: string;
  /** Longest run of one statement; 0 for no limit. */
  readonly statementTimeoutSeconds: number;
  readonly connectTimeoutSeconds: number;
  /**
   * `keys` for sessions whose statements find few rows by key. Their plans are made once, perhaps while a table is
   * empty and reading all of it looks free; such a plan would be kept as the table grows. So only lookups by index are
   * planned there, joins follow the order in which they are written, and nothing is planned twice. Measured with 6,000 runs: 1.45 ms of CPU a transition without this.
   */
  readonly planning?: "keys" | "costs";
  /** How columns become values; the driver's way by default. */
  readonly types?: CustomTypesConfig;
}

/** Nothing of ours thinks for long between two statements: whoever is silent for so long hangs, or is cut off from the database. */
const IDLE_IN_TRANSACTION = "8s";

/** After a failure nobody knocks again for this long, doubling from the first to the last. */
const firstPauseMilliseconds = 50;
const lastPauseMilliseconds = 1000;
/** How long a call waits for an attempt that follows a failure, before it fails with that failure. */
const longestWaitMilliseconds = 1000;

/**
 * Opens sessions: tries the hosts in order until one has the wanted role. While the database cannot be reached,
 * callers fail at once with the last error, and one attempt at a time finds out when it is back.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #settings: ConnectionSettings;
  /** Hosts that turned TLS down under `sslmode=prefer`. */
  readonly #plain = new Set<Host>();
  #failure: { readonly error: DatabaseUnavailable; readonly pause: number; readonly until: number } | undefined;
  #attempt: Promise<Client> | undefined;

  /** @throws DatabaseConfigurationError */
  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#settings = connectionSettings(options.connection);
  }

  /** @throws DatabaseUnavailable */
  async connect(): Promise<Client> {
    const failure = this.#failure;
    if (failure === undefined) return this.#tryHosts();
    if (performance.now() < failure.until) throw failure.error;
    if (this.#attempt !== undefined) {
      await settledWithin(this.#attempt, longestWaitMilliseconds);
      if (this.#failure !== undefined) throw this.#failure.error;
      return this.#tryHosts();
    }
    this.#attempt = this.#tryHosts();
    try {
      return await this.#attempt;
    } finally {
      this.#attempt = undefined;
    }
  }

  async #tryHosts(): Promise<Client> {
    const wanted = this.#settings.targetSession;
    const passes: TargetSession[] = wanted === "prefer-standby" ? ["standby", "any"] : [wanted];
    let problem: unknown;
    for (const role of passes) {
      for (const host of this.#settings.hosts) {
        try {
          const client = await this.#open(host, role);
          this.#failure = undefined;
          return client;
        } catch (error) {
          problem = error;
        }
      }
    }
    throw this.#failed(problem);
  }

  #failed(problem: unknown): DatabaseUnavailable {
    const known = classify(problem);
    // Nothing was sent, so whatever it was, nothing was applied.
    const reason = known instanceof DatabaseUnavailable && known.reason !== "connection_lost" ? known.reason : "cannot_connect";
    const retryAfterSeconds = known instanceof DatabaseUnavailable ? known.retryAfterSeconds : 1;
    const error = new DatabaseUnavailable(reason, { retryAfterSeconds, cause: problem });
    const pause = Math.min((this.#failure?.pause ?? firstPauseMilliseconds / 2) * 2, lastPauseMilliseconds);
    this.#failure = { error, pause, until: performance.now() + pause };
    return error;
  }

  async #open(host: Host, role: TargetSession, encrypted = this.#wantsTls(host)): Promise<Client> {
    const client = new Client(this.#clientConfig(host, encrypted));
    let ended: Error | undefined;
    // Without a listener the loss of an idle connection would end the process.
    client.on("error", (error) => {
      ended ??= error;
    });
    try {
      await client.connect();
      await requireRole(client, role);
      // The server can have taken leave in the breath in which it was ready; whoever gets the client would not hear of it.
      if (ended !== undefined) throw ended;
      return client;
    } catch (error) {
      void client.end();
      if (!encrypted || this.#settings.tls.mode !== "prefer" || !turnedTlsDown(error)) throw error;
      this.#plain.add(host);
      return this.#open(host, role, false);
    }
  }

  #wantsTls(host: Host): boolean {
    return this.#settings.tls.mode !== "disable" && !host.host.startsWith("/") && !this.#plain.has(host);
  }

  #clientConfig(host: Host, encrypted: boolean): ClientConfig {
    const { client, tls, connectTimeoutSeconds, options } = this.#settings;
    return {
      application_name: this.#options.applicationName,
      ...client,
      host: host.host,
      port: host.port,
      ssl: encrypted ? tls.options : false,
      connectionTimeoutMillis: (connectTimeoutSeconds ?? this.#options.connectTimeoutSeconds) * 1000,
      options: `${this.#sessionOptions()} ${options}`.trimEnd(),
      ...(this.#options.types && { types: this.#options.types }),
      pipeline: true,
    };
  }

  /**
   * Times are read as UTC text; compiling plans costs far more than it gains on statements of a few milliseconds; a
   * transaction whose process hangs must not hold its locks, or nobody takes over what it was at.
   */
  #sessionOptions(): string {
    const timeout = Math.round(this.#options.statementTimeoutSeconds * 1000);
    const session = `-c TimeZone=UTC -c DateStyle=ISO -c jit=off -c statement_timeout=${timeout} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION}`;
    return this.#options.planning === "keys" ? `${session} ${planByKeys}` : session;
  }
}

const planByKeys =
  "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_material=off" +
  " -c enable_hashjoin=off -c enable_mergejoin=off -c join_collapse_limit=1";

/** The driver's words; it gives this no code. */
function turnedTlsDown(error: unknown): boolean {
  return error instanceof Error && error.message === "The server does not support SSL connections";
}

async function requireRole(client: Client, wanted: TargetSession): Promise<void> {
  if (wanted === "any") return;
  const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
    "select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as readonly",
  );
  const role = rows[0];
  if (role === undefined || !fits[wanted](role)) throw new Error(`The server is not ${wanted}.`);
}

const fits: Readonly<Record<TargetSession, (role: { standby: boolean; readonly: boolean }) => boolean>> = {
  any: () => true,
  "read-write": ({ readonly }) => !readonly,
  "read-only": ({ readonly }) => readonly,
  primary: ({ standby }) => !standby,
  standby: ({ standby }) => standby,
  "prefer-standby": ({ standby }) => standby,
};

async function settledWithin(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise.then(noop, noop), timeout]);
  clearTimeout(timer);
}

const noop = () => {};
