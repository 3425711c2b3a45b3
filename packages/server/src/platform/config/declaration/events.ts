import { boolean, integer, seconds } from "../kinds.ts";
import { setting } from "../setting.ts";

export const events = {
  streamOutEnabled: setting({
    kind: boolean,
    default: true,
    description: "Let clients subscribe to events.",
    aliases: ["PREFECT_API_EVENTS_STREAM_OUT_ENABLED"],
  }),
  maximumLabelsPerResource: setting({
    kind: integer({ minimum: 1 }),
    default: 500,
    description: "Most labels of a resource of an event.",
    aliases: ["PREFECT_EVENTS_MAXIMUM_LABELS_PER_RESOURCE"],
  }),
  maximumRelatedResources: setting({
    kind: integer({ minimum: 0 }),
    default: 100,
    description: "Most related resources of an event.",
    aliases: ["PREFECT_EVENTS_MAXIMUM_RELATED_RESOURCES"],
  }),
  maximumSizeBytes: setting({
    kind: integer({ minimum: 1 }),
    default: 1_500_000,
    description: "Largest event, in bytes of JSON.",
    aliases: ["PREFECT_EVENTS_MAXIMUM_SIZE_BYTES"],
  }),
  maximumEventNameLength: setting({ kind: integer({ minimum: 1 }), default: 1024, description: "Longest name of an event." }),
  retentionPeriod: setting({
    kind: seconds({ minimum: 86_400 }),
    default: 2_592_000,
    description: "How long events and logs are kept: `praetor database partition` drops older partitions.",
    aliases: ["PREFECT_EVENTS_RETENTION_PERIOD", "PREFECT_CLOUD_EVENTS_POSTGRES_MAX_RETENTION_PERIOD"],
    option: "--retention",
  }),
  maximumWebsocketBackfill: setting({
    kind: seconds(),
    default: 900,
    description: "How far back a subscription to events may begin.",
    aliases: ["PREFECT_EVENTS_MAXIMUM_WEBSOCKET_BACKFILL"],
  }),
  websocketBackfillPageSize: setting({
    kind: integer({ minimum: 1 }),
    default: 250,
    description: "Past events read at a time for a subscription.",
    aliases: ["PREFECT_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE"],
  }),
};

export const logs = {
  streamOutEnabled: setting({ kind: boolean, default: true, description: "Let clients subscribe to logs." }),
  streamPublishingEnabled: setting({
    kind: boolean,
    default: true,
    description: "Publish logs to subscriptions as they arrive.",
  }),
};
