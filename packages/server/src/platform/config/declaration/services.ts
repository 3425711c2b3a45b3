import { boolean, integer, seconds, words } from "../kinds.ts";
import { setting } from "../setting.ts";

/** Names that operators of the original have for one key of a service. */
const alias = (service: string, key: string) => [`PREFECT_API_SERVICES_${service}_${key}`];

function enabled(what: string, service?: string) {
  return setting({
    kind: boolean,
    default: true,
    description: `Run the service that ${what}.`,
    aliases: service ? alias(service, "ENABLED") : [],
  });
}

function every(length: number, service?: string) {
  return setting({
    kind: seconds({ minimum: 0.1 }),
    default: length,
    description: "Time between two passes.",
    aliases: service ? alias(service, "LOOP_SECONDS") : [],
  });
}

const count = (value: number, description: string, aliases: readonly string[] = []) =>
  setting({ kind: integer({ minimum: 1 }), default: value, description, aliases });

export const services = {
  enabled: setting({
    kind: boolean,
    default: true,
    description: "Run services beside the API.",
    option: "--no-services",
  }),
  eventPersister: {
    enabled: enabled("moves events into the events database", "EVENT_PERSISTER"),
  },
  taskRunRecorder: {
    enabled: enabled("records task runs from their events", "TASK_RUN_RECORDER"),
  },
  outboxRelay: {
    enabled: enabled("hands committed facts on as events"),
    loopSeconds: every(5),
    batchSize: count(500, "Most events of one pass."),
  },
  scheduler: {
    enabled: enabled("makes the coming runs of deployments", "SCHEDULER"),
    loopSeconds: every(60, "SCHEDULER"),
    recentDeploymentsLoopSeconds: setting({
      kind: seconds({ minimum: 0.1 }),
      default: 5,
      description: "Time between two looks for deployments that were made or changed just now.",
    }),
    deploymentBatchSize: count(100, "Most schedules of one pass.", alias("SCHEDULER", "DEPLOYMENT_BATCH_SIZE")),
    insertBatchSize: count(500, "Runs that one statement makes, about.", alias("SCHEDULER", "INSERT_BATCH_SIZE")),
    minRuns: count(3, "Least runs of a schedule that are made ahead.", alias("SCHEDULER", "MIN_RUNS")),
    maxRuns: count(100, "Most runs of a schedule that are made ahead.", alias("SCHEDULER", "MAX_RUNS")),
    minScheduledTime: setting({
      kind: seconds(),
      default: 3600,
      description: "Least time that runs are made ahead of.",
      aliases: alias("SCHEDULER", "MIN_SCHEDULED_TIME"),
    }),
    maxScheduledTime: setting({
      kind: seconds({ minimum: 1 }),
      default: 8_640_000,
      description: "Most time that runs are made ahead of.",
      aliases: alias("SCHEDULER", "MAX_SCHEDULED_TIME"),
    }),
  },
  pauseExpirations: {
    enabled: enabled("fails runs whose pause has ended without a resume", "PAUSE_EXPIRATIONS"),
    loopSeconds: every(5, "PAUSE_EXPIRATIONS"),
  },
  lateRuns: {
    enabled: enabled("marks runs late that nobody has started", "LATE_RUNS"),
    loopSeconds: every(5, "LATE_RUNS"),
    afterSeconds: setting({
      kind: seconds(),
      default: 15,
      description: "How long after its time a run is late.",
      aliases: alias("LATE_RUNS", "AFTER_SECONDS"),
    }),
  },
  foreman: {
    enabled: enabled("marks pools, queues, deployments and workers that are gone", "FOREMAN"),
    loopSeconds: every(15, "FOREMAN"),
    inactivityHeartbeatMultiple: setting({
      kind: integer({ minimum: 1 }),
      default: 3,
      description: "Heartbeats that a worker must miss to be offline.",
      aliases: alias("FOREMAN", "INACTIVITY_HEARTBEAT_MULTIPLE"),
    }),
    fallbackHeartbeatIntervalSeconds: setting({
      kind: integer({ minimum: 1 }),
      default: 30,
      description: "Time between the heartbeats of a worker that does not say.",
      aliases: alias("FOREMAN", "FALLBACK_HEARTBEAT_INTERVAL_SECONDS"),
    }),
    deploymentLastPolledTimeoutSeconds: setting({
      kind: integer({ minimum: 1 }),
      default: 60,
      description: "How long after its last poll a deployment is not ready.",
      aliases: alias("FOREMAN", "DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS"),
    }),
    workQueueLastPolledTimeoutSeconds: setting({
      kind: integer({ minimum: 1 }),
      default: 60,
      description: "How long after its last poll a work queue is not ready.",
      aliases: alias("FOREMAN", "WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS"),
    }),
  },
  cancellationCleanup: {
    enabled: enabled("ends what cancelled runs have left running", "CANCELLATION_CLEANUP"),
    loopSeconds: every(20, "CANCELLATION_CLEANUP"),
    cancellingTimeoutSeconds: setting({
      kind: seconds({ minimum: 1 }),
      default: 300,
      description: "How long a run may be cancelling until it is cancelled.",
    }),
  },
  vanishedRuns: {
    enabled: enabled("ends runs whose process is gone as crashed"),
    loopSeconds: every(15),
    heartbeatInterval: setting({
      kind: seconds({ minimum: 30 }),
      default: 180,
      description:
        "Time between the heartbeats of a run that has sent one: the longest PREFECT_FLOWS_HEARTBEAT_FREQUENCY of your clients.",
    }),
    heartbeatsMissed: setting({
      kind: integer({ minimum: 2 }),
      default: 3,
      description: "Heartbeats that a run must miss to have crashed.",
    }),
    submittedTimeout: setting({
      kind: seconds({ minimum: 60 }),
      default: 300,
      description: "How long a run may stay submitted, without infrastructure, by a worker that is offline.",
    }),
  },
  dbVacuum: {
    enabled: setting({
      kind: words,
      default: ["events"],
      description: "What is deleted in time: `events` (by their partitions) and `flow_runs`; `true` is both.",
      aliases: alias("DB_VACUUM", "ENABLED"),
    }),
    loopSeconds: every(3600, "DB_VACUUM"),
    retentionPeriod: setting({
      kind: seconds({ minimum: 3600 }),
      default: 90 * 86_400,
      description: "How long a finished flow run is kept, where `flow_runs` are deleted.",
      aliases: alias("DB_VACUUM", "RETENTION_PERIOD"),
    }),
    batchSize: setting({
      kind: integer({ minimum: 1 }),
      default: 200,
      description: "Most flow runs that are deleted at once.",
      aliases: alias("DB_VACUUM", "BATCH_SIZE"),
    }),
  },
  repossessor: {
    enabled: enabled("frees concurrency slots whose lease has lapsed"),
    loopSeconds: every(15),
  },
};
