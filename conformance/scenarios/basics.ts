import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { basicAuth, csrf, guarded, older, plain, played, type Group } from "../harness/group.ts";

interface Ran {
  readonly flow_run_id: string;
}

export const basics: Group = {
  title: "Flows and tasks",
  flows: "basics.py",
  stages: [plain, older, basicAuth, csrf, guarded],
  scenarios: {
    sync_flow: played<Ran & { sum: number }>(
      "a flow with tasks, parameters, logs, tags and a return value",
      async (seen, { api }) => {
        expect(seen.sum).toBe(12);
        const run = await api.flowRun(seen.flow_run_id);
        expect(run).toMatchObject({
          name: "sum-of-three",
          state_type: "COMPLETED",
          state_name: "Completed",
          flow_version: "7",
          run_count: 1,
          parameters: { numbers: [1, 2, 3], label: "three" },
          tags: ["conformance"],
        });
        expect(run.total_run_time).toBeGreaterThan(0);
        const tasks = await eventually(
          () => api.taskRunsOf(run.id),
          (rows) => rows.filter((row) => row.state_type === "COMPLETED").length === 3,
        );
        expect(tasks.map((row) => row.name)).toEqual(["double-1", "double-2", "double-3"]);
        expect(new Set(tasks.map((row) => [...row.tags].sort().join(" ")))).toEqual(new Set(["arithmetic conformance"]));
        const logs = await eventually(
          () => api.logsOf(run.id),
          (rows) => rows.some((row) => row.message.startsWith("Finished in state")) && rows.length >= 9,
        );
        expect(logs.filter((row) => row.task_run_id !== null).map((row) => row.message)).toContain("doubling 2");
        expect(logs.find((row) => row.message === "printing for three")).toMatchObject({
          level: 20,
          name: "prefect.flow_runs",
          task_run_id: null,
        });
        expect(logs.find((row) => row.level === 30)?.message).toBe("a warning with 5% of ünicode");
      },
    ),

    async_flow: played<Ran & { sum: number }>("the same with coroutines", async (seen, { api }) => {
      expect(seen.sum).toBe(30);
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({
        state_type: "COMPLETED",
        parameters: { numbers: [1, 2, 3, 4] },
      });
      const tasks = await eventually(
        () => api.taskRunsOf(seen.flow_run_id),
        (rows) => rows.filter((row) => row.state_type === "COMPLETED").length === 4,
      );
      expect(new Set(tasks.map((row) => row.dynamic_key)).size).toBe(4);
      const states = await api.taskRunStates(tasks[0]?.id ?? "");
      expect(states.map((state) => state.name)).toEqual(["Pending", "Running", "Completed"]);
      const logs = await eventually(
        () => api.logsOf(seen.flow_run_id),
        (rows) => rows.some((row) => row.message === "tripling 4"),
      );
      expect(logs.map((row) => row.message)).toContain("printing from a coroutine");
    }),

    parameters: played<Ran & { parameters: Record<string, string> }>(
      "parameters come back as they were sent",
      async (seen, { api }) => {
        expect(seen.parameters).toMatchObject({
          whole: "1.0",
          big: "4611686018427387905",
          nested: "{'b': [1, 2.5, None], 'a': {'deep': True}}",
        });
        const text = (await api.text("GET", `/flow_runs/${seen.flow_run_id}`)).replaceAll(/([:,]) /g, "$1");
        expect(text).toContain('"whole":1.0');
        expect(text).toContain('"big":4611686018427387905');
        expect(text).toContain('"nested":{"b":[1,2.5,null],"a":{"deep":true}}');
      },
    ),

    coerced_parameters: played<Ran & { count: number; flag: boolean }>(
      "parameters are coerced for the flow and kept as they were given",
      async (seen, { api }) => {
        expect(seen).toMatchObject({ count: 5, flag: true });
        expect((await api.flowRun(seen.flow_run_id)).parameters).toEqual({ count: "5", flag: "yes" });
      },
    ),

    task_without_flow: played<{ task_run_id: string }>("a task called outside of any flow", async (seen, { api }) => {
      const read = () => api.request("GET", `/task_runs/${seen.task_run_id}`);
      await eventually(read, (answer) => answer.ok);
      const run = await eventually(
        () => api.taskRuns({ id: { any_: [seen.task_run_id] } }),
        (rows) => rows[0]?.state_type === "COMPLETED",
      );
      expect(run[0]).toMatchObject({ flow_run_id: null, state_name: "Completed" });
    }),
  },
};
