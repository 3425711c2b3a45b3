import { expect } from "vitest";
import type { Api } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";
import { linger } from "./linger.ts";

interface Runs {
  readonly long: string;
  readonly short: string;
  readonly failed: string;
  readonly scheduled: string;
}

/** The runs of the flow file, for the scenarios after the one that it plays. */
async function runsOf(api: Api): Promise<Runs> {
  const named = async (filter: object) => (await api.post<{ id: string }[]>("/flow_runs/filter", filter))[0]?.id ?? "";
  const byName = (name: string) => named({ flow_runs: { name: { any_: [name] } } });
  const failed = named({ flows: { name: { any_: ["history-failing"] } } });
  return {
    long: await byName("talk-250"),
    short: await byName("talk-3"),
    failed: await failed,
    scheduled: await byName("talk-later"),
  };
}

const line = (number: number): string => `line ${String(number).padStart(3, "0")} of many`;
const messages = (logs: unknown): string[] => (Array.isArray(logs) ? logs.map((log: { message: string }) => log.message) : []);

export const commandLine: Group = {
  title: "Command line",
  flows: "history.py",
  stages: [plain, guarded],
  scenarios: {
    runs: played<Runs>("prefect flow-run inspect and prefect flow ls", async (seen, { api, client }) => {
      expect(await client.prefectJson("flow-run", "inspect", seen.failed)).toMatchObject({
        id: seen.failed,
        state_type: "FAILED",
      });
      expect(await client.prefect("flow-run", "inspect", seen.short)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("talk-3"),
      });
      const unknown = "00000000-0000-4000-8000-00000000dead";
      expect(await client.prefect("flow-run", "inspect", unknown)).toMatchObject({ code: 1 });
      const flows = await client.prefectJson("flow", "ls", "--limit", "200");
      expect(flows).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: "history-talkative" }),
          expect.objectContaining({ name: "history-failing" }),
        ]),
      );
      expect((await client.prefect("flow", "ls", "--limit", "200")).stdout).toContain("history-failing");
      expect((await api.flowRun(seen.scheduled)).state_type).toBe("SCHEDULED");
    }),

    list: {
      title: "prefect flow-run ls, by flow, state and state type",
      stages: [plain],
      check: async ({ api, client }) => {
        const runs = await runsOf(api);
        const ids = async (...args: string[]) => {
          const listed = await client.prefectJson(
            "flow-run",
            "ls",
            "--flow-name",
            "history-talkative",
            "--flow-name",
            "history-failing",
            ...args,
          );
          return new Set(Array.isArray(listed) ? listed.map((run: { id: string }) => run.id) : []);
        };
        expect(await ids()).toEqual(new Set([runs.long, runs.short, runs.failed, runs.scheduled]));
        expect(await ids("--state", "completed")).toEqual(new Set([runs.long, runs.short]));
        expect(await ids("--state-type", "FAILED", "--state-type", "SCHEDULED")).toEqual(new Set([runs.failed, runs.scheduled]));
        expect((await ids("--limit", "2")).size).toBe(2);
      },
    },

    logs: {
      title: "prefect flow-run logs, over pages, from the head, the tail and reversed",
      stages: [plain],
      check: async ({ api, client }) => {
        const { long } = await runsOf(api);
        const count = async () =>
          (await api.post<unknown[]>("/logs/filter", { logs: { flow_run_id: { any_: [long] } }, offset: 200 })).length;
        await eventually(count, (rows) => rows >= 52);
        const all = messages(await client.prefectJson("flow-run", "logs", long));
        expect(all.filter((message) => message.startsWith("line"))).toEqual(
          Array.from({ length: 250 }, (_, number) => line(number)),
        );
        const tail = messages(await client.prefectJson("flow-run", "logs", long, "--tail", "--num-logs", "5"));
        expect(tail).toEqual(all.slice(-5));
        const reversed = messages(await client.prefectJson("flow-run", "logs", long, "--reverse", "--num-logs", "3"));
        expect(reversed).toEqual(all.slice(-3).toReversed());
        const { stdout } = await client.prefect("flow-run", "logs", long, "--head");
        expect(stdout).toContain(`INFO    | Flow run 'talk-250' - ${line(0)}`);
      },
    },

    delete: {
      title: "prefect flow-run delete",
      stages: [plain],
      check: async ({ api, client }) => {
        const { short } = await runsOf(api);
        expect(await client.prefect("flow-run", "delete", short)).toMatchObject({ code: 0 });
        expect((await api.request("GET", `/flow_runs/${short}`)).status).toBe(404);
        expect(await client.prefect("flow-run", "delete", short)).toMatchObject({
          code: 1,
          stdout: expect.stringContaining("not found"),
        });
        await eventually(
          () => api.logsOf(short),
          (rows) => rows.length === 0,
        );
      },
    },

    cancel_scheduled: {
      title: "prefect flow-run cancel of a scheduled run, and of one that has ended",
      stages: [plain],
      check: async ({ api, client }) => {
        const { scheduled, failed } = await runsOf(api);
        expect(await client.prefect("flow-run", "cancel", scheduled)).toMatchObject({ code: 0 });
        expect(await api.flowRun(scheduled)).toMatchObject({ state_type: "CANCELLED", state_name: "Cancelled" });
        const refused = await client.prefect("flow-run", "cancel", failed);
        expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("was unable to be cancelled") });
        expect((await api.flowRun(failed)).state_type).toBe("FAILED");
      },
    },

    cancel_running: {
      title: "prefect flow-run cancel of a run below a runner, which ends it",
      check: async ({ api, client }) => {
        const { process, run } = await linger(client, api, "managed.py");
        expect(await client.prefect("flow-run", "cancel", run.id)).toMatchObject({ code: 0 });
        await process.finished;
        expect(await api.flowRun(run.id)).toMatchObject({
          state_type: "CANCELLED",
          state: { message: "Flow run was cancelled successfully." },
        });
        const names = (await api.flowRunStates(run.id)).map((state) => state.name);
        expect(names.slice(-2)).toEqual(["Cancelling", "Cancelled"]);
      },
    },

    task_runs: {
      title: "prefect task-run ls, inspect and logs",
      stages: [plain],
      check: async ({ api, client }) => {
        const { long } = await runsOf(api);
        const asked = { flow_run_id: long, task_key: "by-hand", dynamic_key: "0", name: "by-hand-0" };
        const task = await api.post<{ id: string }>("/task_runs/", asked);
        const said = { name: "by-hand", level: 20, message: "said by hand", timestamp: "2026-01-01T00:00:00Z" };
        await api.post("/logs/", [{ ...said, flow_run_id: long, task_run_id: task.id }]);
        expect((await client.prefect("task-run", "ls", "--task-run-name", "by-hand-0")).stdout).toContain(task.id);
        expect(await client.prefectJson("task-run", "inspect", task.id)).toMatchObject({ id: task.id, name: "by-hand-0" });
        expect((await client.prefect("task-run", "logs", task.id)).stdout).toContain("said by hand");
        const unknown = "00000000-0000-4000-8000-00000000dead";
        expect(await client.prefect("task-run", "inspect", unknown)).toMatchObject({ code: 1 });
      },
    },

    version: {
      title: "prefect version, which asks the server for its own",
      stages: [plain],
      check: async ({ client }) => {
        const { code, stdout } = await client.prefect("version");
        expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/Server type: +server/) });
      },
    },

    api: {
      title: "prefect api, which sends what it is told and prints the answer",
      stages: [plain],
      check: async ({ api, client }) => {
        const { long } = await runsOf(api);
        const { code, stdout } = await client.prefect("api", "GET", `/flow_runs/${long}`);
        expect({ code, run: JSON.parse(stdout) }).toMatchObject({ code: 0, run: { id: long, name: "talk-250" } });
        const unknown = await client.prefect("api", "GET", "/flow_runs/00000000-0000-4000-8000-00000000dead");
        expect(unknown.code).not.toBe(0);
        expect(unknown.stdout + unknown.stderr).toContain("404");
      },
    },

    shell: {
      title: "prefect shell watch, which runs a command as a flow",
      stages: [plain],
      check: async ({ api, client }) => {
        const options = ["--flow-name", "shelled", "--flow-run-name", "shelled-once"];
        expect(await client.prefect("shell", "watch", "echo said in a shell", ...options)).toMatchObject({ code: 0 });
        const [run] = await api.flowRuns({ name: { any_: ["shelled-once"] } });
        expect(run).toMatchObject({ state_type: "COMPLETED" });
        await eventually(
          () => api.logsOf(run?.id ?? ""),
          (logs) => logs.some(({ message }) => message.includes("said in a shell")),
        );
      },
    },

    config: {
      title: "prefect config set, view, validate and unset",
      stages: [plain],
      check: async ({ client }) => {
        expect(await client.prefect("config", "set", "PREFECT_TASKS_DEFAULT_RETRIES=3")).toMatchObject({ code: 0 });
        expect((await client.prefect("config", "view")).stdout).toContain("PREFECT_TASKS_DEFAULT_RETRIES='3'");
        expect(await client.prefect("config", "validate")).toMatchObject({ code: 0 });
        expect(await client.prefect("config", "unset", "PREFECT_TASKS_DEFAULT_RETRIES", "--yes")).toMatchObject({ code: 0 });
      },
    },

    retry: {
      title: "prefect flow-run retry of a failed run",
      stages: [plain],
      check: async ({ api, client }) => {
        const { failed } = await runsOf(api);
        await client.prefect("flow-run", "retry", failed, "--entrypoint", "history.py:failing");
        expect(await api.flowRun(failed)).toMatchObject({ state_type: "FAILED", run_count: 2 });
      },
    },
  },
};
