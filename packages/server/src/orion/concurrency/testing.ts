import { formatConnectionString } from "@praetor/secrets";
import { Client } from "pg";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";

export interface LimitOptions {
  readonly limit: number;
  readonly decay?: number;
  readonly active?: boolean;
  readonly unleased?: number;
}

export interface AcquireOptions {
  readonly slots?: number;
  /** The connection that asks; the common one unless it says so. */
  readonly by?: Client;
  readonly leased?: boolean;
  readonly rateLimit?: boolean;
  readonly once?: boolean;
  readonly holder?: string;
}

export interface Acquired {
  readonly lease: string | null;
  readonly acquired: boolean;
}

/** Calls the functions of slots on plain connections, so that several callers can be between two statements at once. */
export class SlotTest {
  readonly client: Client;
  readonly #database: TestDatabase;
  readonly #others: Client[] = [];
  /** PostgreSQL's process of each of the others. */
  readonly #backends = new WeakMap<Client, number>();

  private constructor(database: TestDatabase, client: Client) {
    this.#database = database;
    this.client = client;
  }

  static async open(): Promise<SlotTest> {
    const database = await openTestDatabase();
    return new SlotTest(database, await connect(database));
  }

  /** Ends what a test opened and removes its rows. */
  async clear(): Promise<void> {
    await Promise.all(this.#others.splice(0).map((connection) => connection.end()));
    await this.client.query("truncate orion.concurrency_limit, orion.concurrency_lease cascade");
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.#database.close();
  }

  /** One more connection, closed after the test. */
  async another(): Promise<Client> {
    const connection = await connect(this.#database);
    const { rows } = await connection.query<{ pid: number }>("select pg_backend_pid() as pid");
    if (rows[0] !== undefined) this.#backends.set(connection, rows[0].pid);
    this.#others.push(connection);
    return connection;
  }

  async limit(name: string, { limit, decay = 0, active = true, unleased = 0 }: LimitOptions): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>(
      `insert into orion.concurrency_limit (workspace_id, id, name, "limit", slot_decay_per_second, active, unleased_slots)
       values ($1, gen_random_uuid(), $2, $3, $4, $5, $6) returning id`,
      [WORKSPACE, name, limit, decay, active, unleased],
    );
    return rows[0]?.id ?? "";
  }

  async acquire(limits: readonly string[], options: AcquireOptions = {}): Promise<Acquired> {
    const { slots = 1, by = this.client, leased = true, rateLimit = false, once = false, holder = crypto.randomUUID() } = options;
    const lease = leased ? crypto.randomUUID() : null;
    const { rows } = await by.query<{ acquired: boolean }>(
      `select acquired from orion.acquire_slots($1, $2, $3, $4, 'task_run', $5, 300, $6, $7)`,
      [WORKSPACE, limits, slots, lease, holder, rateLimit, once],
    );
    return { lease, acquired: rows.every((row) => row.acquired) };
  }

  /** Asks for one slot of each limit, one request for each, and answers in their turn who has got it. */
  async acquireInTurn(limits: readonly string[], likely: boolean, by: Client = this.client): Promise<boolean[]> {
    const requests = limits.map((id, turn) => ({
      turn,
      limits: [id],
      slots: 1,
      lease: crypto.randomUUID(),
      seconds: 300,
      likely,
    }));
    const { rows } = await by.query<{ acquired: boolean }>(
      "select acquired from orion.acquire_slots_in_turn($1, $2) order by turn",
      [WORKSPACE, JSON.stringify(requests)],
    );
    return rows.map(({ acquired }) => acquired);
  }

  async inUse(id: string, by: Client = this.client): Promise<number> {
    const text = "select active_slots from orion.concurrency_limit_in_use where id = $1";
    const { rows } = await by.query<{ active_slots: string }>(text, [id]);
    return Number(rows[0]?.active_slots);
  }

  /** How many of the leases there were. */
  async release(leases: readonly (string | null)[], by: Client = this.client): Promise<number> {
    const { rows } = await by.query("select orion.release_slots($1, $2) as count", [WORKSPACE, leases]);
    return Number(rows[0].count);
  }

  async renew(lease: string | null, by: Client = this.client): Promise<boolean> {
    const text = "select orion.renew_lease($1, $2, clock_timestamp() + interval '5 min') as renewed";
    const { rows } = await by.query(text, [WORKSPACE, lease]);
    return rows[0].renewed;
  }

  async expire(lease: string | null): Promise<void> {
    await this.client.query("update orion.concurrency_lease set expiration = clock_timestamp() - interval '1 s' where id = $1", [
      lease,
    ]);
  }

  /** Makes a lease older than it is. */
  async age(lease: string | null, seconds: number): Promise<void> {
    await this.client.query("update orion.concurrency_lease set created = created - make_interval(secs => $2) where id = $1", [
      lease,
      seconds,
    ]);
  }

  /** Lets time pass for the decay of a limit. */
  async pass(id: string, seconds: number): Promise<void> {
    await this.client.query(
      "update orion.concurrency_limit set unleased_as_of = unleased_as_of - make_interval(secs => $2) where id = $1",
      [id, seconds],
    );
  }

  /** Resolves when the connection waits for a lock that somebody else holds. */
  async blocked(connection: Client): Promise<void> {
    const backend = this.#backends.get(connection);
    for (;;) {
      const { rows } = await this.client.query("select cardinality(pg_blocking_pids($1)) > 0 as waits", [backend]);
      if (rows[0].waits) return;
    }
  }
}

async function connect(database: TestDatabase): Promise<Client> {
  const connection = new Client({ connectionString: formatConnectionString(database.connection).reveal() });
  await connection.connect();
  return connection;
}
