import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";
import { linger } from "./linger.ts";

interface Heard {
  readonly flow_run_id: string;
  readonly heard: string[][];
}

export const streams: Group = {
  title: "Events and logs as they happen",
  flows: "streams.py",
  stages: [plain, guarded],
  scenarios: {
    custom_event: played<{ id: string; flow_run_id: string; resource: string }>(
      "a custom event, with the run it came from",
      async (seen, { api }) => {
        const read = () => api.events({ resource: { id: [seen.resource] } });
        const [event] = await eventually(read, (found) => found.length === 1);
        expect(event).toMatchObject({
          id: seen.id,
          event: "conformance.thing.happened",
          resource: { "prefect.resource.name": "a thing" },
          payload: { big: 2 ** 60, nested: { list: [1, null, "ünï"] } },
        });
        const related = event?.related.map(
          (resource) => `${resource["prefect.resource.role"]} ${resource["prefect.resource.id"]}`,
        );
        expect(related).toEqual(
          expect.arrayContaining([`part ${seen.resource}.part`, `flow-run prefect.flow-run.${seen.flow_run_id}`]),
        );
        const text = (await api.text("POST", "/events/filter", { filter: { id: { id: [seen.id] } } })).replaceAll(
          /([:,]) /g,
          "$1",
        );
        expect(text).toContain('"whole":1.0,"big":1152921504606846976');
      },
    ),

    event_subscription: played<Record<string, unknown>>("an event heard live, and again from what is stored", async (seen) => {
      expect(seen).toMatchObject({ live: "conformance.first", payload: { number: 1.5 }, same: true });
      expect(seen["seconds"]).toBeLessThan(5);
    }),

    event_pages: played<{ sizes: number[]; numbers: number[] }>("stored events, page by page, newest first", async (seen) => {
      expect(seen).toEqual({ sizes: [3, 3, 1], numbers: [6, 5, 4, 3, 2, 1, 0] });
    }),

    flow_run_events: played<Heard & { finished: string }>(
      "the states of a run as events; wait_for_flow_run",
      async (seen, { api }) => {
        expect(seen.finished).toBe("COMPLETED");
        expect(seen.heard.map(([event]) => event).slice(-2)).toEqual(["prefect.flow-run.Running", "prefect.flow-run.Completed"]);
        // The event of a state bears the state's id.
        const states = await api.flowRunStates(seen.flow_run_id);
        const ids = seen.heard.map(([, id]) => id);
        expect(states.map((state) => state.id).slice(-ids.length)).toEqual(ids);
      },
    ),

    log_subscription: played<{ heard: [string, number][] }>("logs over a socket while the flow runs", async (seen) => {
      expect(seen.heard).toContainEqual(["over the socket", 20]);
      expect(seen.heard).toContainEqual(["and another", 40]);
    }),

    heartbeat_and_task_events: played<{ flow_run_id: string }>("heartbeats and task runs as events", async (seen, { api }) => {
      const heartbeats = {
        event: { name: ["prefect.flow-run.heartbeat"] },
        resource: { id: [`prefect.flow-run.${seen.flow_run_id}`] },
      };
      await eventually(
        () => api.events(heartbeats),
        (found) => found.length === 1,
      );
      const ofTasks = {
        event: { prefix: ["prefect.task-run."] },
        related: { id: [`prefect.flow-run.${seen.flow_run_id}`] },
        order: "ASC",
      };
      const events = await eventually(
        () => api.events(ofTasks),
        (found) => found.length >= 3,
      );
      expect(events.map(({ event }) => event)).toEqual(
        ["Pending", "Running", "Completed"].map((name) => `prefect.task-run.${name}`),
      );
    }),

    event_stream: {
      title: "prefect event stream receives what prefect event emit sends",
      check: async ({ client }) => {
        const stream = client.startPrefect(["event", "stream"]);
        await stream.says("Subscribing to event stream...");
        const resource = `conformance.emitted.${crypto.randomUUID()}`;
        const emit = ["event", "emit", "conformance.by-hand", "--resource-id", resource, "--payload", '{"a": 1}'];
        expect(await client.prefect(...emit)).toMatchObject({ code: 0 });
        const line = (await stream.says(resource)).split("\n").find((said) => said.includes(resource));
        expect(JSON.parse(line ?? "")).toMatchObject({ event: "conformance.by-hand", payload: { a: 1 } });
        stream.kill("SIGINT");
        await stream.finished;
      },
    },

    watch: {
      title: "prefect flow-run watch follows the events and logs of a run to its end",
      check: async ({ api, client }) => {
        const { process, run, open } = await linger(client, api);
        const watch = client.startPrefect(["flow-run", "watch", run.id]);
        // It shows what happened in the last minute as soon as it listens; from then on it hears what is new.
        await watch.says("prefect.flow-run.Running");
        open();
        await process.finished;
        const { code, stdout } = await watch.finished;
        expect(code).toBe(0);
        expect(stdout).toContain("through the gate");
        expect(stdout).toContain("prefect.flow-run.Completed");
        expect(stdout).toContain("Flow run finished successfully in 'Completed'.");
      },
    },
  },
};
