/** How a service works, and with that how it scales: a loop runs once in an installation, everything else as often as wanted. */
export type Kind = "web" | "background" | "consumer" | "loop" | "job";

export type Database = "events" | "nebula" | "orion";

/** The servers of a database that a service holds a connection string for. */
export type Access = readonly ("primary" | "replica")[];

/**
 * What a Redis instance is used for; each role may have an instance of its own. `cache` forgets without harm, `work` wakes
 * background jobs, `events` and `triggers` are streams, `task-scheduling` and `work-pools` wake whoever polls.
 */
export type RedisRole = "cache" | "concurrency-leases" | "events" | "task-scheduling" | "triggers" | "work" | "work-pools";

/** How a job connects: which role, by which driver's scheme, and to its own database or the one that always exists. */
export interface Login {
  readonly user: "super";
  readonly scheme: "postgresql" | "postgresql+asyncpg";
  readonly database: "own" | "maintenance";
}

/** Routes of the API by the service that answers them when services run apart. */
export type RouteOwner =
  | "accounts"
  | "authentication"
  | "dashboard"
  | "events"
  | "flow-run-reads"
  | "flow-run-writes"
  | "logs"
  | "orchestration"
  | "task-run-reads"
  | "task-run-writes"
  | "work-pool-reads";

/** Work that runs beside the API inside a process; the server has one file for each. */
export type Worker =
  | "cancellation-cleanup"
  | "event-persister"
  | "expiration-processor"
  | "expiration-setter"
  | "foreman"
  | "heartbeat-recorder"
  | "late-marking"
  | "lease-expiry"
  | "outbox-relay"
  | "pause-expiry"
  | "recent-deployments-scheduler"
  | "result-key-expiry"
  | "scheduler"
  | "task-run-recorder"
  | "vanished-runs"
  | "worker-monitor";

/** `replicas`: as many as the load asks for. `singleton`: two at once would do the same work twice. */
export type Scaling = "replicas" | "singleton";

export interface Service<Name extends string = string> {
  readonly name: Name;
  readonly kind: Kind;
  readonly scaling: Scaling;
  /** What it is for, in a phrase that follows its name. */
  readonly does: string;
  readonly databases: Readonly<Partial<Record<Database, Access>>>;
  readonly redis: readonly RedisRole[];
  readonly routes?: RouteOwner;
  /** Other names under which documents and charts know it. */
  readonly aliases?: readonly string[];
  /** For jobs: how they connect. Services connect as the service user, asynchronously, to their own databases. */
  readonly login?: Login;
  /** What people see when it cannot reach its databases. */
  readonly outage: string;
  /** The workers that run in it. */
  readonly workers?: readonly Worker[];
}
