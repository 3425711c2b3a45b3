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

export const pauses: Group = {
  title: "Pauses",
  flows: "pauses.py",
  stages: [plain, guarded],
  scenarios: {
    pause_and_resume: played<Returned<string>>("pause_flow_run, then resume_flow_run", async (seen, { api }) => {
      expect(seen.result).toBe("resumed");
      const states = await api.flowRunStates(seen.flow_run_id);
      expect(names(states)).toEqual(["Pending", "Running", "Paused", "Running", "Completed"]);
      expect(states[2]?.state_details.pause_timeout).toMatch(/Z$/);
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({ run_count: 2, empirical_policy: { pause_keys: ["1"] } });
    }),

    resume_of_what_runs: played<Ended & { raised: string[] }>("resuming what is not paused is refused", async (seen) => {
      expect(seen.raised).toEqual(["NotPausedError"]);
    }),

    pause_with_input: played<Returned<object> & { refused: string[] }>(
      "pause for a model with defaults; input that does not fit is refused",
      async (seen, { api }) => {
        expect(seen.refused).toEqual([
          "RuntimeError: Cannot resume this run: Reason: Validation failed for field 'amount'. Failure reason: 'many' is not of type 'integer'",
          "RuntimeError: Cannot resume this run: Reason: Validation failed. Failure reason: 'amount' is a required property",
        ]);
        expect(seen.result).toEqual({ approved: true, reason: "none given", amount: 7 });
        const stored = await api.text("GET", `/flow_runs/${seen.flow_run_id}/input/paused-1-response`);
        expect(JSON.parse(stored)).toEqual({ amount: 7, approved: true });
      },
    ),

    pause_with_initial_data: played<Returned<object> & { inputs: Record<string, string> }>(
      "pause with initial data and a description",
      async (seen) => {
        expect(seen.result).toEqual({ approved: false, reason: "suggested", amount: 3 });
        expect(seen.inputs["paused-1-description"]).toBe('"How **much**?"');
        expect(JSON.parse(seen.inputs["paused-1-schema"] ?? "")).toMatchObject({ properties: { amount: { default: 3 } } });
      },
    ),

    pause_with_model: played<Returned<string>>("pause for a plain model", async (seen) => {
      expect(seen.result).toBe("'blue'");
    }),

    pause_with_builtin: played<Returned<string>>("pause for a number", async (seen) => {
      expect(seen.result).toBe("5");
    }),

    pause_async: played<Returned<string>>("pause in an asynchronous flow", async (seen, { api }) => {
      expect(seen.result).toBe("an answer");
      expect(names(await api.flowRunStates(seen.flow_run_id))).toEqual(["Pending", "Running", "Paused", "Running", "Completed"]);
    }),

    pause_times_out: played<Ended>("a pause that nobody ends fails the run", async (seen, { api }) => {
      // Whoever notices first, the client or the server, says so in its own words.
      expect(seen).toMatchObject({ type: "FAILED", message: expect.stringMatching(/never resumed\.$/) });
      expect(await api.flowRun(seen.flow_run_id)).toMatchObject({ state_type: "FAILED" });
    }),

    scheduled_start: played<{ flow_run_id: string }>("a run that starts too early waits for its time", async (seen, { api }) => {
      const states = await api.flowRunStates(seen.flow_run_id);
      expect(names(states)).toEqual(["Scheduled", "Running", "Completed"]);
      const waited = Date.parse(states[1]?.timestamp ?? "") - Date.parse(states[0]?.state_details.scheduled_time ?? "");
      expect(waited).toBeGreaterThan(-1000);
    }),
  },
};
