import { expect } from "vitest";
import { long, played, type Group } from "../harness/group.ts";

interface Named {
  readonly name: string;
}

interface Waiting {
  readonly preview: readonly Named[];
  readonly queue_preview: readonly Named[];
  readonly table: string;
  readonly slots: string;
  readonly pool_slots: object;
  readonly queue_slots: object;
}

export const pools: Group = {
  title: "Work pools and queues",
  flows: "pools.py",
  stages: long,
  scenarios: {
    pools: played<Record<string, string> & { inspected: object; cleared: object }>(
      "prefect work-pool create, ls, inspect, pause, resume, update, set-concurrency-limit and clear-concurrency-limit",
      async (seen, { api }) => {
        expect(seen["created"]).toContain("Created work pool 'typed'");
        expect(seen["listed"]).toMatch(/typed +│ process/);
        expect(seen["paused"]).toContain("is_paused=True");
        expect(seen["paused"]).toMatch(/status=.*PAUSED/);
        expect(seen.inspected).toMatchObject({ is_paused: false, concurrency_limit: 3, description: "for tests" });
        expect(seen.cleared).toMatchObject({ concurrency_limit: null });
        expect(seen["again"]).toContain("already exists");
        const pool = await api.get<{ base_job_template: { variables: object } }>("/work_pools/typed");
        expect(pool.base_job_template.variables).toMatchObject({ properties: { working_dir: {} } });
      },
    ),

    queues: played<Record<string, string> & { inspected: object; matched: object[] }>(
      "prefect work-queue create, ls, inspect, pause, resume, set-concurrency-limit, clear-concurrency-limit, read-runs and delete",
      async (seen, { api }) => {
        expect(seen["listed"]).toContain("slow");
        expect(seen["paused"]).toContain("is_paused=True");
        expect(seen["gone"]).toContain("No work queue named");
        expect(seen.inspected).toMatchObject({ name: "quick", concurrency_limit: 7, status_details: { healthy: false } });
        expect(seen["everywhere"]).toMatch(/quick +│ typed/);
        expect(seen.matched).toMatchObject([{ name: "quick" }]);
        expect(seen["read"]).toContain("Read 0 runs for work queue 'quick' in work pool typed");
        const queues = await api.post<{ name: string; priority: number; concurrency_limit: number | null }[]>(
          "/work_pools/typed/queues/filter",
          {},
        );
        expect(queues.map(({ name, priority, concurrency_limit }) => [name, priority, concurrency_limit])).toEqual([
          ["quick", 1, 7],
          ["default", 2, null],
        ]);
      },
    ),

    waiting: played<Waiting>("prefect work-pool preview and slots; prefect work-queue preview and slots", async (seen) => {
      expect(seen.preview.map(({ name }) => name)).toEqual(["waits"]);
      expect(seen.queue_preview.map(({ name }) => name)).toEqual(["waits"]);
      expect(seen.table).toContain("waits");
      expect(seen.slots).toMatch(/1 \/ 3[\s\S]*quick +holds +Running/);
      expect(seen.pool_slots).toMatchObject({ active_slots: 1, concurrency_limit: 3 });
      expect(seen.queue_slots).toMatchObject({ active_slots: 1, concurrency_limit: 7, flow_runs: [{ name: "holds" }] });
    }),

    templates: played<{ docker: object; overwritten: object; unknown: string; infrastructure: string; infra: string }>(
      "prefect work-pool get-default-base-job-template; prefect work-pool create from a file, over one that is there; " +
        "prefect work-pool provision-infrastructure and provision-infra of a pool that has none",
      async (seen) => {
        expect(seen.docker).toMatchObject({ variables: { properties: { image: {} } }, job_configuration: {} });
        const env = { default: { COLOUR: "blue" } };
        expect(seen.overwritten).toMatchObject({ base_job_template: { variables: { properties: { env } } } });
        expect(seen.unknown).toContain("Unknown work pool type 'abacus'");
        expect(seen.infrastructure).toContain("Work pool 'typed' is not a push pool type.");
        expect(seen.infra).toContain("Work pool 'typed' is not a push pool type.");
      },
    ),

    storage: played<Record<"none" | "s3" | "gcs" | "azure", object> & { table: string }>(
      "prefect work-pool storage inspect; prefect work-pool storage configure s3, gcs and azure-blob-storage",
      async (seen, { api }) => {
        expect(seen.none).toEqual({});
        expect(seen.s3).toMatchObject({ type: "S3", upload: { bucket: "ours" }, execution: { bucket: "ours" } });
        expect(seen.gcs).toMatchObject({ type: "GCS", upload: { bucket: "theirs" } });
        expect(seen.azure).toMatchObject({ type: "Azure Blob Storage", upload: { container: "yours" } });
        expect(seen.table).toContain("Azure Blob Storage");
        const pool = await api.get<{ storage_configuration: { default_result_storage_block_id: string } }>("/work_pools/typed");
        const results = pool.storage_configuration.default_result_storage_block_id;
        expect(await api.get(`/block_documents/${results}`)).toMatchObject({ data: { container_name: "yours" } });
      },
    ),

    deletion: played<{ gone: string }>("prefect work-pool delete", async (seen, { api }) => {
      expect(seen.gone).toContain("not found");
      expect(await api.request("GET", "/work_pools/short-lived")).toMatchObject({ status: 404 });
    }),
  },
};
