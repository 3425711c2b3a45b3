import { expect } from "vitest";
import type { State } from "../harness/api.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";

interface Ended {
  readonly flow_run_id: string;
  readonly type: string;
  readonly message: string | null;
}

interface Returned<Result> extends Ended {
  readonly result: Result;
}

const names = (states: readonly State[]): string[] => states.map((state) => state.name);

export const messages: Group = {
  title: "Suspensions and messages",
  flows: "messages.py",
  stages: [plain, guarded],
  scenarios: {
    suspend_without_deployment: played<Ended>("suspend_flow_run without a deployment is refused", async (seen) => {
      expect(seen.message).toContain("Flow run cannot be suspended: Cannot suspend flows without a deployment.");
    }),

    suspend_with_input: played<Returned<object> & { states: string[]; times: number }>(
      "suspend for a model with defaults: the process ends, another goes on after resume_flow_run",
      async (seen, { api }) => {
        expect(seen.states).toEqual(["Suspended", "Resuming", "Completed"]);
        expect(seen.times).toBe(1);
        expect(seen.result).toEqual({ value: "expensive", approved: false, reason: "none given", amount: 12 });
        const states = await api.flowRunStates(seen.flow_run_id);
        expect(names(states)).toEqual(["Scheduled", "Running", "Suspended", "Resuming", "Running", "Completed"]);
        expect(states[3]?.type).toBe("SCHEDULED");
      },
    ),

    suspended_from_outside: played<{ flow_run_id: string; states: string[]; reschedule: boolean }>(
      "suspend_flow_run of another run",
      async (seen, { api }) => {
        expect(seen).toMatchObject({ states: ["Suspended", "Resuming"], reschedule: true });
        expect(names(await api.flowRunStates(seen.flow_run_id))).toEqual(["Running", "Suspended", "Resuming"]);
      },
    ),

    send_and_receive: played<Ended & { heard: string[][]; answers: string[]; sender: string }>(
      "send_input, receive_input and answers",
      async (seen, { api }) => {
        expect(seen.heard).toEqual([
          ["blue", `prefect.flow-run.${seen.sender}`],
          ["green", `prefect.flow-run.${seen.sender}`],
        ]);
        expect(seen.answers).toEqual(["heard blue", "heard green"]);
        const kept = await api.post(`/flow_runs/${seen.flow_run_id}/input/filter`, { prefix: "choice", limit: 10 });
        expect(kept).toMatchObject([
          { value: '{"colour":"blue"}' },
          { value: '{"colour":"green"}', sender: `prefect.flow-run.${seen.sender}` },
        ]);
      },
    ),

    send_from_outside: played<Returned<number>>("send_input from outside of a flow", async (seen) => {
      expect(seen.result).toBe(42);
    }),
  },
};
