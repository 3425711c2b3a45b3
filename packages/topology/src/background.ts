import { both, primaryOnly } from "./access.ts";
import type { Service } from "./types.ts";

/** Services that take deferred jobs. */
export const background = [
  {
    name: "nebula-background",
    kind: "background",
    scaling: "replicas",
    does: "does the deferred work of accounts: long deletes, invitations, mail",
    outage: "invitations and mail are not sent, and deleted accounts stay",
    databases: { nebula: both, orion: both },
    redis: ["work"],
  },
  {
    name: "orion-background",
    kind: "background",
    scaling: "replicas",
    does: "does the deferred work of orchestration: long deletes, recording task runs, handing on what happened",
    outage: "deletes do not finish, and task runs are recorded late",
    databases: { orion: both },
    redis: ["work"],
    aliases: ["server-background"],
    workers: ["task-run-recorder", "heartbeat-recorder", "outbox-relay"],
  },
  {
    name: "events-background",
    kind: "background",
    scaling: "replicas",
    does: "does the deferred work of events and automations",
    outage: "the deferred work of automations waits",
    databases: { nebula: both },
    redis: ["events", "work"],
  },
] as const satisfies readonly Service[];

/** Services that take messages from a stream. */
export const consumers = [
  {
    name: "triggers",
    kind: "consumer",
    scaling: "replicas",
    does: "holds events against automations, and notices those that did not come",
    outage: "automations do not fire",
    databases: { events: both, nebula: both },
    redis: ["events", "triggers"],
    aliases: ["triggers-reactive", "triggers-proactive"],
  },
  {
    name: "actions",
    kind: "consumer",
    scaling: "replicas",
    does: "carries out what automations ask for",
    outage: "automations fire, and nothing happens",
    databases: { nebula: both },
    redis: ["events", "work"],
  },
  {
    name: "ladler",
    kind: "consumer",
    scaling: "replicas",
    does: "moves events into their database",
    outage: "events are not stored; those that outlast the stream are lost",
    databases: { events: primaryOnly },
    redis: ["events"],
    workers: ["event-persister"],
  },
  {
    name: "search-indexer",
    kind: "consumer",
    scaling: "replicas",
    does: "keeps the search index of an account current",
    outage: "search finds nothing new",
    databases: { nebula: both },
    redis: ["events"],
  },
] as const satisfies readonly Service[];
