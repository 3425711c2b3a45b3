import { expect } from "vitest";
import type { Api, State, TaskRun } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { guarded, older, plain, played, type Group } from "../harness/group.ts";

interface Ran {
  readonly flow_run_id: string;
}

/** What a flow's final state was, as its caller saw it. */
interface Ended extends Ran {
  readonly name: string;
  readonly type: string;
  readonly message: string;
}

const names = (states: readonly State[]): string[] => states.map((state) => state.name);
/** The seconds from a state until what it schedules. */
const waitOf = (state: State | undefined): number =>
  (Date.parse(state?.state_details.scheduled_time ?? "") - Date.parse(state?.timestamp ?? "")) / 1000;
const ended = (row: TaskRun): boolean => ["COMPLETED", "FAILED"].includes(row.state_type);

/** The task runs of a flow run, in the order of their start, once as many as expected have ended. */
async function endedTasks(api: Api, flowRun: string, count: number): Promise<TaskRun[]> {
  const rows = await eventually(
    () => api.taskRunsOf(flowRun),
    (found) => found.filter(ended).length >= count,
  );
  return rows.sort((a, b) => String(a.start_time).localeCompare(String(b.start_time)));
}

export const policies: Group = {
  title: "Policies",
  flows: "policies.py",
  stages: [plain, older, guarded],
  scenarios: {
    task_retries: played<Ran & { calls: number }>("task retries after a list of delays", async (seen, { api }) => {
      expect(seen.calls).toBe(3);
      const [run] = await endedTasks(api, seen.flow_run_id, 1);
      expect(run).toMatchObject({
        state_type: "COMPLETED",
        run_count: 3,
        empirical_policy: { retries: 3, retry_delay: [1, 0, 5] },
      });
      const states = await api.taskRunStates(run?.id ?? "");
      expect(names(states)).toEqual([
        "Pending",
        "Running",
        "AwaitingRetry",
        "Retrying",
        "AwaitingRetry",
        "Retrying",
        "Completed",
      ]);
      const waits = states.filter((state) => state.name === "AwaitingRetry");
      expect(waits.map((state) => state.type)).toEqual(["SCHEDULED", "SCHEDULED"]);
      expect(waits.map(waitOf)).toEqual([expect.closeTo(1, 1), expect.closeTo(0, 1)]);
    }),

    retry_jitter: played<Ran & { calls: number }>("task retries after a delay with jitter", async (seen, { api }) => {
      expect(seen.calls).toBe(2);
      const [run] = await endedTasks(api, seen.flow_run_id, 1);
      expect(run).toMatchObject({ empirical_policy: { retry_jitter_factor: 0.5 } });
      const delay = waitOf((await api.taskRunStates(run?.id ?? "")).find((state) => state.name === "AwaitingRetry"));
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThan(1.6);
    }),

    retry_condition: played<Ran & { again: number; never: number }>(
      "retries only where retry_condition_fn agrees",
      async (seen, { api }) => {
        expect(seen).toMatchObject({ again: 4, never: 1 });
        const runs = await endedTasks(api, seen.flow_run_id, 2);
        expect(runs.map((run) => [run.run_count, run.state_name])).toEqual([
          [4, "Failed"],
          [1, "Failed"],
        ]);
        expect(runs[1]?.state.message).toContain("Flaky: never");
      },
    ),

    flow_retries: played<Ran & { calls: number; task_calls: number }>(
      "flow retries with a delay; a persisted task is not run again",
      async (seen, { api }) => {
        expect(seen).toMatchObject({ calls: 3, task_calls: 1 });
        expect(await api.flowRun(seen.flow_run_id)).toMatchObject({
          state_type: "COMPLETED",
          run_count: 3,
          empirical_policy: { retries: 2 },
        });
        const states = await api.flowRunStates(seen.flow_run_id);
        expect(names(states)).toEqual([
          "Pending",
          "Running",
          "AwaitingRetry",
          "Running",
          "AwaitingRetry",
          "Running",
          "Completed",
        ]);
      },
    ),

    flow_retries_exhausted: played<Ended>("a flow fails when its retries are used up", async (seen, { api }) => {
      expect(seen).toMatchObject({ type: "FAILED", message: "Flow run encountered an exception: Flaky: attempt 2" });
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({
        state_name: "Failed",
        run_count: 2,
        state: { message: seen.message },
      });
    }),

    flow_timeout: played<Ended>("a flow over its time is TimedOut", async (seen, { api }) => {
      expect(seen).toMatchObject({ name: "TimedOut", type: "FAILED" });
      const run = await api.flowRun(seen.flow_run_id);
      expect(run).toMatchObject({
        state_type: "FAILED",
        state_name: "TimedOut",
        state: { message: "Flow run exceeded timeout of 0.5 second(s)" },
      });
    }),

    async_flow_timeout: played<Ended>("an asynchronous flow over its time is TimedOut", async (seen, { api }) => {
      expect(seen.name).toBe("TimedOut");
      expect((await api.flowRun(seen.flow_run_id)).state_name).toBe("TimedOut");
    }),

    task_timeout: played<Ended & { task_state: string }>(
      "a task over its time is retried, then TimedOut",
      async (seen, { api }) => {
        expect(seen.task_state).toBe("TimedOut");
        const [run] = await endedTasks(api, seen.flow_run_id, 1);
        expect(run).toMatchObject({ state_type: "FAILED", state_name: "TimedOut", run_count: 2 });
        expect(names(await api.taskRunStates(run?.id ?? ""))).toEqual(["Pending", "Running", "Retrying", "TimedOut"]);
      },
    ),

    caching: played<Ran & { names: string[]; values: number[]; calls: number[] }>(
      "caching by key, and refresh_cache",
      async (seen, { api }) => {
        expect(seen.names).toEqual(["Completed", "Cached", "Completed", "Completed"]);
        expect(seen.values).toEqual([10, 10]);
        expect(seen.calls).toEqual([1, 2, 1]);
        const runs = await endedTasks(api, seen.flow_run_id, 4);
        expect(runs.map((run) => run.state_name).sort()).toEqual(["Cached", "Completed", "Completed", "Completed"]);
        const cached = runs.find((run) => run.state_name === "Cached");
        expect(names(await api.taskRunStates(cached?.id ?? ""))).toEqual(["Pending", "Running", "Cached"]);
      },
    ),

    cache_expiration: played<Ran & { names: string[]; lived: number }>("a cached result expires", async (seen, { api }) => {
      expect(seen.names).toEqual(["Completed", "Cached"]);
      expect(seen.lived).toBeGreaterThan(1.9);
      const runs = await endedTasks(api, seen.flow_run_id, 3);
      expect(runs.filter((run) => run.state_name === "Completed")).toHaveLength(2);
    }),

    transactions: played<{ kept: string[]; undone: string[]; good: Ended; bad: Ended }>(
      "transactions run their commit or their rollback hooks",
      async (seen, { api }) => {
        expect(seen.kept).toEqual(["wrote a", "wrote b", "leaving", "committed", "committed"]);
        expect(seen.undone).toEqual(["wrote a", "wrote b", "leaving", "rolled back", "rolled back"]);
        expect((await api.flowRun(seen.good.flow_run_id)).state_type).toBe("COMPLETED");
        expect((await api.flowRun(seen.bad.flow_run_id)).state_type).toBe("FAILED");
        const logs = await eventually(
          () => api.logsOf(seen.bad.flow_run_id),
          (rows) => rows.filter((row) => row.message.includes("ollback hook")).length >= 4,
        );
        expect(logs.map((row) => row.message)).toContain("Running rollback hook 'undone'");
      },
    ),

    hooks: played<Ended & { completed: string[]; failed: string[] }>(
      "hooks hear of running, completion and failure",
      async (seen, { api }) => {
        const start = ["running: policies-hooks Running", "completion: good-task Completed", "async: good-task Completed"];
        expect(seen.completed).toEqual([...start, "completion: policies-hooks Completed"]);
        expect(seen.failed).toEqual([...start, "failure: bad-task Failed", "failure: policies-hooks Failed"]);
        expect((await api.flowRun(seen.flow_run_id)).state_name).toBe("Failed");
      },
    ),

    returned_states: played<Ended>("states returned by hand keep their names and messages", async (seen, { api }) => {
      expect(seen).toMatchObject({ name: "Nothing To Do", type: "COMPLETED", message: "Skipped and Failed" });
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({
        state_type: "COMPLETED",
        state_name: "Nothing To Do",
        state: { message: "Skipped and Failed" },
      });
      const runs = await endedTasks(api, seen.flow_run_id, 2);
      expect(runs.map((run) => `${run.state_type} ${run.state_name} ${run.state.message}`).sort()).toEqual([
        "COMPLETED Skipped by hand",
        "FAILED Failed by hand",
      ]);
      expect(await api.flowRuns({ state: { name: { any_: ["Nothing To Do"] } }, id: { any_: [seen.flow_run_id] } })).toHaveLength(
        1,
      );
    }),

    failed_state_returned: played<Ended>("a flow that returns Failed has failed", async (seen, { api }) => {
      expect(seen).toMatchObject({ type: "FAILED", message: "given up" });
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({ state_type: "FAILED", state: { message: "given up" } });
    }),

    states_decide: played<Ended>("a flow that returns many states fails with one of them", async (seen, { api }) => {
      expect(seen).toMatchObject({ type: "FAILED", message: "1/3 states failed." });
      expect((await api.flowRun(seen.flow_run_id)).state.message).toBe("1/3 states failed.");
      const runs = await endedTasks(api, seen.flow_run_id, 3);
      expect(runs.map((run) => run.state_type).sort()).toEqual(["COMPLETED", "COMPLETED", "FAILED"]);
    }),
  },
};
