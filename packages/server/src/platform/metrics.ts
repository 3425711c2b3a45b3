import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the server counts about itself. Names and labels live here; the callers say only what happened. */
export interface Metrics {
  /** An answered request; `route` is the pattern of the route table, never the path that was asked for. */
  request(route: string, status: number, seconds: number): void;
  /** A judged state transition: `flow` or `task` run, and the verdict (`accept`, `reject`, `wait`, `abort`). */
  transition(run: "flow" | "task", verdict: string): void;
  /** Time from a task-run event's occurrence to its being recorded. */
  recorded(seconds: number): void;
  /** Time that a statement waited for a connection. */
  poolWait(database: string, seconds: number): void;
  /** A statement that PostgreSQL gave up because it and another waited for each other. */
  deadlock(database: string): void;
  /** Rows of the outbox that wait to be relayed. */
  outboxDepth(rows: number): void;
  /** A message that a full subscriber did not get. */
  busDrop(topic: string): void;
  /** A pass of a service, whether it succeeded. */
  pass(service: string, succeeded: boolean, seconds: number): void;
  /** Open sockets of a path; called with every change. */
  sockets(path: string, change: 1 | -1): void;
  /** The text of /api/metrics. */
  render(): Promise<string>;
  readonly contentType: string;
}

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const lagBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const waitBuckets = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** Makes a registry of its own, so that two servers in one process do not share counts. */
export const createMetrics = (): Metrics => new PrometheusMetrics();

class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];

  readonly #requests = new Histogram({
    name: "praetor_http_request_seconds",
    help: "Duration of requests by route and status.",
    labelNames: ["route", "status"],
    buckets: requestBuckets,
    registers: this.#registers,
  });
  readonly #transitions = new Counter({
    name: "praetor_transitions_total",
    help: "Judged state transitions by kind of run and verdict.",
    labelNames: ["run", "verdict"],
    registers: this.#registers,
  });
  readonly #recorderLag = new Histogram({
    name: "praetor_task_run_recorder_lag_seconds",
    help: "Time from a task-run event to its record.",
    buckets: lagBuckets,
    registers: this.#registers,
  });
  readonly #poolWaits = new Histogram({
    name: "praetor_database_pool_wait_seconds",
    help: "Time a statement waited for a connection.",
    labelNames: ["database"],
    buckets: waitBuckets,
    registers: this.#registers,
  });
  readonly #deadlocks = new Counter({
    name: "praetor_database_deadlocks_total",
    help: "Statements given up because they and others waited for each other.",
    labelNames: ["database"],
    registers: this.#registers,
  });
  readonly #outbox = new Gauge({
    name: "praetor_outbox_rows",
    help: "Events that wait to be relayed.",
    registers: this.#registers,
  });
  readonly #busDrops = new Counter({
    name: "praetor_bus_dropped_total",
    help: "Messages that a full subscriber did not get.",
    labelNames: ["topic"],
    registers: this.#registers,
  });
  readonly #passes = new Histogram({
    name: "praetor_service_pass_seconds",
    help: "Duration of the passes of services.",
    labelNames: ["service", "outcome"],
    buckets: requestBuckets,
    registers: this.#registers,
  });
  readonly #sockets = new Gauge({
    name: "praetor_sockets",
    help: "Open sockets by path.",
    labelNames: ["path"],
    registers: this.#registers,
  });

  // Looking a label set up by its values costs more than the count itself; bound children are kept by one joined key.
  readonly #request = bound((route, status) => this.#requests.labels(route, status));
  readonly #transition = bound((run, verdict) => this.#transitions.labels(run, verdict));
  readonly #poolWait = bound((database) => this.#poolWaits.labels(database));
  readonly #pass = bound((service, outcome) => this.#passes.labels(service, outcome));

  readonly contentType = this.#registry.contentType;

  constructor() {
    watchProcess(this.#registers);
  }

  request(route: string, status: number, seconds: number): void {
    this.#request(route, String(status)).observe(seconds);
  }

  transition(run: "flow" | "task", verdict: string): void {
    this.#transition(run, verdict).inc();
  }

  recorded(seconds: number): void {
    // The clock of a client may run ahead of ours.
    this.#recorderLag.observe(Math.max(0, seconds));
  }

  poolWait(database: string, seconds: number): void {
    this.#poolWait(database).observe(seconds);
  }

  deadlock(database: string): void {
    this.#deadlocks.labels(database).inc();
  }

  outboxDepth(rows: number): void {
    this.#outbox.set(rows);
  }

  busDrop(topic: string): void {
    this.#busDrops.labels(topic).inc();
  }

  pass(service: string, succeeded: boolean, seconds: number): void {
    this.#pass(service, succeeded ? "done" : "failed").observe(seconds);
  }

  sockets(path: string, change: 1 | -1): void {
    this.#sockets.labels(path).inc(change);
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }
}

function bound<C>(bind: (...values: string[]) => C): (...values: string[]) => C {
  const children = new Map<string, C>();
  return (...values) => {
    const key = values.join("\0");
    const known = children.get(key);
    if (known !== undefined) return known;
    const child = bind(...values);
    children.set(key, child);
    return child;
  };
}

/** Memory and event loop of this process, read when they are asked for; prom-client's own set keeps a 10 ms timer running. */
function watchProcess(registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  gauge("process_cpu_seconds_total", "User and system time.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge("process_start_time_seconds", "Start, in seconds since 1970.", () => Math.floor(performance.timeOrigin / 1000));
  let last = performance.eventLoopUtilization();
  gauge("praetor_event_loop_utilization", "Share of time that the event loop was busy since the last reading.", () => {
    const share = performance.eventLoopUtilization(last).utilization;
    last = performance.eventLoopUtilization();
    return share;
  });
}
