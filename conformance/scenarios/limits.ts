import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";

interface Limit {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly limit: number;
  readonly active_slots: number;
  readonly slot_decay_per_second: number;
}

interface Crowd {
  readonly most: number;
  readonly numbers: number[];
  readonly flow_run_id: string;
}

export const limits: Group = {
  title: "Limits",
  flows: "limits.py",
  stages: [plain, guarded],
  scenarios: {
    concurrency_sync: played<Crowd>("concurrency() lets in as many as the limit says", async (seen, { api }) => {
      expect(seen).toMatchObject({ most: 2, numbers: [0, 1, 2, 3] });
      const limit = await api.get<Limit>("/v2/concurrency_limits/limits-sync");
      expect(limit).toMatchObject({ limit: 2, active_slots: 0, active: true });
      const ofLimit = { resource: { id: [`prefect.concurrency-limit.${limit.id}`] } };
      const events = await eventually(
        () => api.events(ofLimit),
        (found) => found.length >= 8,
      );
      expect(events.filter((event) => event.event === "prefect.concurrency-limit.acquired")).toHaveLength(4);
      expect(events.find((event) => event.event === "prefect.concurrency-limit.released")?.resource).toMatchObject({
        "slots-acquired": "1",
        limit: "2",
      });
    }),

    concurrency_async: played<Crowd>("concurrency() of coroutines", async (seen, { api }) => {
      expect(seen.most).toBe(1);
      expect((await api.get<Limit>("/v2/concurrency_limits/limits-async")).active_slots).toBe(0);
    }),

    several_limits: played<{ held: number[]; second: string }>(
      "several limits at once; waiting for a slot times out",
      async (seen, { api }) => {
        expect(seen).toEqual({ held: [1, 1], second: "timed out" });
        expect((await api.get<Limit>("/v2/concurrency_limits/limits-second")).active_slots).toBe(0);
      },
    ),

    strict_and_oversized: played<{ raised: string[] }>(
      "unknown limits are passed by, or refused when strict; too many slots are refused",
      async (seen) => {
        expect(seen.raised).toEqual(["ConcurrencySlotAcquisitionError", "ConcurrencySlotAcquisitionError", "not strict"]);
      },
    ),

    rate_limit_sync: played<{ seconds: number }>("rate_limit() keeps to the rate", async (seen, { api }) => {
      // Three slots of a limit that gives back two each second.
      expect(seen.seconds).toBeGreaterThan(0.9);
      expect(await api.get<Limit>("/v2/concurrency_limits/limits-rate")).toMatchObject({ slot_decay_per_second: 2 });
    }),

    rate_limit_async: played<{ seconds: number }>("rate_limit() of coroutines", async (seen) => {
      expect(seen.seconds).toBeGreaterThan(0.4);
    }),

    rate_limit_without_decay: played<{ raised: string; message: string }>(
      "rate_limit() of a limit without decay is refused",
      async (seen) => {
        expect(seen.raised).toBe("ConcurrencySlotAcquisitionError");
        expect(seen.message).toContain("Only concurrency limits with slot decay can be used for rate limiting.");
        expect(seen.message).toContain("'limits-no-decay'");
      },
    ),

    tag_limit: played<Crowd>("tasks with a limited tag run one after the other", async (seen, { api }) => {
      expect(seen).toMatchObject({ most: 1, numbers: [0, 1, 2] });
      expect(await api.get<Limit>("/v2/concurrency_limits/tag:limits-tag")).toMatchObject({ limit: 1, active_slots: 0 });
      expect(await api.get("/concurrency_limits/tag/limits-tag")).toMatchObject({
        tag: "limits-tag",
        concurrency_limit: 1,
        active_slots: [],
      });
    }),

    tag_limit_of_zero: played<{ type: string; message: string }>(
      "a task whose tag is limited to none fails at once",
      async (seen) => {
        expect(seen.type).toBe("FAILED");
        expect(seen.message).toContain("Slots requested is greater than the limit");
      },
    ),

    gcl: {
      title: "prefect gcl create, ls, inspect, update, disable, enable and delete",
      stages: [plain],
      check: async ({ api, client }) => {
        const name = "limits-by-hand";
        expect(await client.prefect("gcl", "create", name, "--limit", "3", "--slot-decay-per-second", "0.5")).toMatchObject({
          code: 0,
        });
        expect(await client.prefect("gcl", "create", name, "--limit", "3")).toMatchObject({ code: 1 });
        expect(await client.prefectJson("gcl", "inspect", name)).toMatchObject({
          name,
          limit: 3,
          active: true,
          slot_decay_per_second: 0.5,
        });
        expect(await client.prefectJson("gcl", "ls")).toContainEqual(expect.objectContaining({ name }));
        expect(await client.prefect("gcl", "update", name, "--limit", "7", "--active-slots", "2")).toMatchObject({ code: 0 });
        expect(await api.get<Limit>(`/v2/concurrency_limits/${name}`)).toMatchObject({
          limit: 7,
          active_slots: expect.any(Number),
        });
        expect(await client.prefect("gcl", "disable", name)).toMatchObject({ code: 0 });
        expect((await api.get<Limit>(`/v2/concurrency_limits/${name}`)).active).toBe(false);
        expect(await client.prefect("gcl", "enable", name)).toMatchObject({ code: 0 });
        expect(await client.prefect("gcl", "delete", name)).toMatchObject({ code: 0 });
        expect((await api.request("GET", `/v2/concurrency_limits/${name}`)).status).toBe(404);
        expect(await client.prefect("gcl", "inspect", name)).toMatchObject({
          code: 1,
          stdout: expect.stringContaining("not found"),
        });
      },
    },

    tag_cli: {
      title: "prefect concurrency-limit create, ls, inspect, reset and delete",
      stages: [plain],
      check: async ({ api, client }) => {
        expect(await client.prefect("concurrency-limit", "create", "by-hand", "4")).toMatchObject({ code: 0 });
        expect(await client.prefectJson("concurrency-limit", "inspect", "by-hand")).toMatchObject({
          tag: "by-hand",
          concurrency_limit: 4,
        });
        expect(await client.prefectJson("concurrency-limit", "ls")).toContainEqual(expect.objectContaining({ tag: "by-hand" }));
        expect(await client.prefect("concurrency-limit", "reset", "by-hand")).toMatchObject({ code: 0 });
        expect(await client.prefect("concurrency-limit", "delete", "by-hand")).toMatchObject({ code: 0 });
        expect((await api.request("GET", "/concurrency_limits/tag/by-hand")).status).toBe(404);
      },
    },
  },
};
