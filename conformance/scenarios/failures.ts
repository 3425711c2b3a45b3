import nodeProcess from "node:process";
import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";
import { linger } from "./linger.ts";

interface Ended {
  readonly flow_run_id: string;
  readonly type: string;
  readonly message: string;
}

interface Returned<Result> extends Ended {
  readonly result: Result;
}

export const failures: Group = {
  title: "Failures",
  flows: "failures.py",
  stages: [plain, guarded],
  scenarios: {
    failing_flow: played<Ended & { raised: string }>("an exception in a flow", async (seen, { api }) => {
      expect(seen).toMatchObject({
        type: "FAILED",
        raised: "the flow broke",
        message: "Flow run encountered an exception: Broken: the flow broke",
      });
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({ state_type: "FAILED", state: { message: seen.message } });
      const logs = await eventually(
        () => api.logsOf(seen.flow_run_id),
        (rows) => rows.some((row) => row.message.includes("Traceback")),
      );
      expect(logs.find((row) => row.message.includes("Traceback"))).toMatchObject({ level: 40 });
    }),

    exception_in_task: played<Ended>("an exception in a task fails its flow; what follows is not run", async (seen, { api }) => {
      expect(seen).toMatchObject({ type: "FAILED", message: "Flow run encountered an exception: Broken: a task broke" });
      const runs = await eventually(
        () => api.taskRunsOf(seen.flow_run_id),
        (rows) => rows.some((row) => row.state_type === "FAILED"),
      );
      expect(runs.map((run) => run.state_type).sort()).toEqual(["COMPLETED", "FAILED"]);
      expect(runs.find((run) => run.state_type === "FAILED")?.state.message).toBe(
        "Task run encountered an exception Broken: a task broke",
      );
    }),

    caught_exception: played<Returned<string>>("a flow that catches the exception of a task", async (seen, { api }) => {
      expect(seen).toMatchObject({ type: "COMPLETED", result: "a task broke" });
      expect((await api.flowRun(seen.flow_run_id)).state_type).toBe("COMPLETED");
    }),

    upstream_failed: played<Returned<string[]>>("tasks whose upstream failed are not run", async (seen, { api }) => {
      expect(seen.result).toEqual(["NotReady", "NotReady"]);
      const runs = await eventually(
        () => api.taskRunsOf(seen.flow_run_id),
        (rows) => rows.filter((row) => row.state_name === "NotReady").length === 2,
      );
      const waiting = runs.filter((run) => run.state_name === "NotReady");
      expect(waiting).toMatchObject([
        { state_type: "PENDING", start_time: null },
        { state_type: "PENDING", start_time: null },
      ]);
    }),

    failure_allowed: played<Returned<string>>("allow_failure hands the exception on", async (seen, { api }) => {
      expect(seen.result).toBe("Broken");
      const runs = await eventually(
        () => api.taskRunsOf(seen.flow_run_id),
        (rows) => rows.some((row) => row.state_type === "COMPLETED"),
      );
      expect(runs.map((run) => run.state_type).sort()).toEqual(["COMPLETED", "FAILED"]);
    }),

    failing_subflow: played<Returned<string>>("a failed subflow fails the task run that stands for it", async (seen, { api }) => {
      const [child] = await api.flowRuns({ parent_flow_run_id: { any_: [seen.result] } });
      expect(child).toMatchObject({ state_type: "FAILED" });
      const [stand] = await api.taskRunsOf(seen.result);
      expect(stand).toMatchObject({
        state_type: "FAILED",
        state: { message: child?.state.message, state_details: { child_flow_run_id: child?.id } },
      });
      expect((await api.flowRun(seen.result)).state_type).toBe("COMPLETED");
    }),

    bad_parameters: played<Ended>("parameters of a wrong type fail the run", async (seen, { api }) => {
      expect(seen.message).toContain("Flow run received invalid parameters");
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({
        state_type: "FAILED",
        parameters: { number: "not a number" },
        state: { message: seen.message },
      });
    }),

    killed: {
      title: "a process killed outright: its run stays RUNNING, what it did is recorded, and it can be crashed by hand",
      check: async ({ api, client }) => {
        const { process, run } = await linger(client, api);
        // The client sends its events from a thread; what it had not sent when it died is lost.
        await eventually(
          () => api.taskRunsOf(run.id),
          (rows) => rows.some((row) => row.state_type === "COMPLETED"),
        );
        process.kill("SIGKILL");
        await process.finished;
        expect(await api.taskRunsOf(run.id)).toHaveLength(1);
        expect(await api.flowRun(run.id)).toMatchObject({ state_type: "RUNNING", end_time: null });
        const state = { type: "CRASHED", message: "killed" };
        expect(await api.post(`/flow_runs/${run.id}/set_state`, { state })).toMatchObject({
          status: "ACCEPT",
          state: { name: "Crashed" },
        });
        expect(await api.flowRun(run.id)).toMatchObject({ state_type: "CRASHED", end_time: expect.stringMatching(/Z$/) });
      },
    },

    killed_under_runner: {
      title: "a process killed below a runner: the runner reports the crash",
      check: async ({ api, client }) => {
        const { process, run, pid } = await linger(client, api, "managed.py");
        nodeProcess.kill(pid, "SIGKILL");
        await process.finished;
        const message = "Flow run process exited with non-zero status code -9.";
        expect(await api.flowRun(run.id)).toMatchObject({ state_type: "CRASHED", state: { message } });
      },
    },

    interrupted: {
      title: "a process interrupted reports itself as crashed",
      check: async ({ api, client }) => {
        const { process, run } = await linger(client, api);
        process.kill("SIGINT");
        await process.finished;
        expect(await api.flowRun(run.id)).toMatchObject({ state_type: "CRASHED", state_name: "Crashed" });
      },
    },

    let_through: {
      title: "a process left alone ends well",
      check: async ({ api, client }) => {
        const { process, run, open } = await linger(client, api);
        open();
        expect(await process.finished).toMatchObject({ code: 0 });
        expect((await api.flowRun(run.id)).state_type).toBe("COMPLETED");
        expect(
          await eventually(
            () => api.taskRunsOf(run.id),
            (rows) => rows.length === 2,
          ),
        ).toHaveLength(2);
      },
    },
  },
};
