import { boolean, integer, seconds } from "../kinds.ts";
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
  pauseExpirations: {
    enabled: enabled("fails runs whose pause has ended without a resume", "PAUSE_EXPIRATIONS"),
    loopSeconds: every(5, "PAUSE_EXPIRATIONS"),
  },
  repossessor: {
    enabled: enabled("frees concurrency slots whose lease has lapsed"),
    loopSeconds: every(15),
  },
};
