import { expect } from "vitest";
import { long, played, type Group } from "../harness/group.ts";

export const pools: Group = {
  title: "Work pools and queues",
  flows: "pools.py",
  stages: long,
  scenarios: {
    pools: played<Record<string, string> & { inspected: object; cleared: object }>(
      "prefect work-pool create, ls, inspect, pause, resume, update, set- and clear-concurrency-limit",
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

    queues: played<Record<string, string>>(
      "prefect work-queue create, ls, inspect, pause, resume, limits, read-runs, delete; prefect work-pool preview",
      async (seen, { api }) => {
        expect(seen["listed"]).toContain("slow");
        expect(seen["paused"]).toContain("is_paused=True");
        expect(seen["gone"]).toContain("No work queue named");
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

    deletion: played<{ gone: string }>("prefect work-pool delete", async (seen, { api }) => {
      expect(seen.gone).toContain("not found");
      expect(await api.request("GET", "/work_pools/short-lived")).toMatchObject({ status: 404 });
    }),
  },
};
