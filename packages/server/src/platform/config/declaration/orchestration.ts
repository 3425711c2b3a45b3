import { integer, seconds } from "../kinds.ts";
import { setting } from "../setting.ts";

export const concurrency = {
  initialDeploymentLeaseDuration: setting({
    kind: seconds({ minimum: 30 }),
    default: 300,
    description: "First lease on a slot of a deployment's concurrency limit.",
  }),
  maximumConcurrencySlotWaitSeconds: setting({
    kind: seconds(),
    default: 30,
    description: "Longest wait that a full concurrency limit asks of a caller.",
  }),
  slotHoldSeconds: setting({
    kind: seconds({ minimum: 0 }),
    default: 10,
    description:
      "Longest that a request for slots is held while there are none: when one comes free, the first in line has it at once. 0 answers at once that there are none.",
  }),
};

export const deployments = {
  concurrencySlotWaitSeconds: setting({
    kind: seconds(),
    default: 30,
    description: "Delay of a run that finds its deployment's concurrency limit full.",
    aliases: ["PREFECT_DEPLOYMENT_CONCURRENCY_SLOT_WAIT_SECONDS"],
  }),
};

export const tasks = {
  tagConcurrencySlotWaitSeconds: setting({
    kind: seconds(),
    default: 10,
    description: "Delay of a task run that finds a limit of one of its tags full.",
    aliases: ["PREFECT_TASK_RUN_TAG_CONCURRENCY_SLOT_WAIT_SECONDS"],
  }),
  maxCacheKeyLength: setting({
    kind: integer({ minimum: 1 }),
    default: 2000,
    description: "Longest cache key of a task run.",
    aliases: ["PREFECT_API_TASK_CACHE_KEY_MAX_LENGTH"],
  }),
};

export const flowRunGraph = {
  maxNodes: setting({
    kind: integer({ minimum: 1 }),
    default: 10000,
    description: "Most nodes of a flow run's graph.",
    aliases: ["PREFECT_API_MAX_FLOW_RUN_GRAPH_NODES"],
  }),
  maxArtifacts: setting({
    kind: integer({ minimum: 1 }),
    default: 10000,
    description: "Most artifacts of a flow run's graph.",
    aliases: ["PREFECT_API_MAX_FLOW_RUN_GRAPH_ARTIFACTS"],
  }),
};
