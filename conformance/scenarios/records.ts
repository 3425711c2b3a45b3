import { expect } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { guarded, plain, played, type Group } from "../harness/group.ts";

interface Variable {
  readonly name: string;
  readonly value: unknown;
  readonly tags: string[];
}

interface Artifact {
  readonly id: string;
  readonly key: string | null;
  readonly type: string;
  readonly description: string | null;
  readonly data: unknown;
  readonly flow_run_id: string | null;
  readonly task_run_id: string | null;
}

interface BlockDocument {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

const documentPath = (type: string, name: string): string => `/block_types/slug/${type}/block_documents/name/${name}`;

export const records: Group = {
  title: "Records",
  flows: "records.py",
  stages: [plain, guarded],
  scenarios: {
    variables: played<Record<string, unknown>>("variables: set, get, overwrite and unset", async (seen, { api }) => {
      expect(seen).toMatchObject({
        number: 44,
        nested: { list: [1, 2.5, null], text: "ünï" },
        missing: "a default",
        unset: [true, false],
        in_flow: 44,
        raised: "Variable 'records_number' already exists. Use `overwrite=True` to update it.",
      });
      expect(await api.get<Variable>("/variables/name/records_number")).toMatchObject({ value: 44, tags: [] });
      expect((await api.request("GET", "/variables/name/records_nested")).status).toBe(404);
    }),

    variables_async: played<object>("variables of coroutines", async (seen) => {
      expect(seen).toEqual({ value: [1, "two"], unset: true });
    }),

    variables_cli: {
      title: "prefect variable set, get, inspect, ls, unset and delete",
      stages: [plain],
      check: async ({ api, client }) => {
        expect(await client.prefect("variable", "set", "by_hand", '{"a": 1}', "--tag", "one")).toMatchObject({ code: 0 });
        expect(await api.get<Variable>("/variables/name/by_hand")).toMatchObject({ value: { a: 1 }, tags: ["one"] });
        expect(JSON.parse((await client.prefect("variable", "get", "by_hand")).stdout)).toEqual({ a: 1 });
        expect(await client.prefectJson("variable", "inspect", "by_hand")).toMatchObject({ name: "by_hand", value: { a: 1 } });
        expect(await client.prefectJson("variable", "ls")).toContainEqual(expect.objectContaining({ name: "by_hand" }));
        expect(await client.prefect("variable", "unset", "by_hand")).toMatchObject({ code: 0 });
        expect(await client.prefect("variable", "get", "by_hand")).toMatchObject({ code: 1 });
        expect(await client.prefect("variable", "set", "by_hand", "1")).toMatchObject({ code: 0 });
        expect(await client.prefect("variable", "delete", "by_hand")).toMatchObject({ code: 0 });
      },
    },

    artifacts: played<{ ids: Record<string, string>; flow_run_id: string; latest: string }>(
      "artifacts: markdown, table, link, progress and image",
      async (seen, { api }) => {
        expect(seen.latest).toBe("second");
        const read = (name: string) => api.get<Artifact>(`/artifacts/${seen.ids[name]}`);
        const [task] = await eventually(
          () => api.taskRunsOf(seen.flow_run_id),
          (rows) => rows.length === 1,
        );
        const made = { flow_run_id: seen.flow_run_id, task_run_id: task?.id };
        expect(await read("markdown")).toMatchObject({
          ...made,
          type: "markdown",
          key: "records-markdown",
          description: "words",
          data: "# A *heading*",
        });
        expect(await read("table")).toMatchObject({ ...made, type: "table", data: '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]' });
        expect(await read("link")).toMatchObject({ ...made, type: "markdown", data: "[a link](https://example.com/a?b=c)" });
        expect(await read("image")).toMatchObject({ ...made, type: "image", data: "https://example.com/a.png" });
        expect(await read("progress")).toMatchObject({ ...made, type: "progress", data: 75.5, description: "so far" });
        expect(await read("first")).toMatchObject({ flow_run_id: seen.flow_run_id, task_run_id: null });
        const filter = { artifacts: { flow_run_id: { any_: [seen.flow_run_id] } } };
        expect(await api.post("/artifacts/count", filter)).toBe(8);
        const [latest] = await api.post<Artifact[]>("/artifacts/latest/filter", {
          artifacts: { key: { any_: ["records-versions"] } },
        });
        expect(latest).toMatchObject({ latest_id: seen.ids["second"], data: "second" });
        expect(await api.get<Artifact>("/artifacts/records-versions/latest")).toMatchObject({
          key: "records-versions",
          data: "second",
        });
        const node = (await api.graph(seen.flow_run_id)).nodes[0]?.[1];
        expect(node?.artifacts.map((artifact) => artifact.key).sort()).toEqual(
          ["image", "link", "markdown", "progress", "table"].map((name) => `records-${name}`),
        );
      },
    ),

    artifacts_cli: {
      title: "prefect artifact ls, inspect and delete",
      stages: [plain],
      check: async ({ api, client }) => {
        expect(await client.prefectJson("artifact", "ls")).toContainEqual(expect.objectContaining({ key: "records-table" }));
        const versions = await client.prefectJson("artifact", "inspect", "records-versions", "--limit", "5");
        expect(versions).toMatchObject([{ data: "second" }, { data: "first" }]);
        expect(await client.prefect("artifact", "delete", "records-versions")).toMatchObject({ code: 0 });
        expect((await api.request("GET", "/artifacts/records-versions/latest")).status).toBe(404);
      },
    },

    local_results: played<{ flow_run_id: string; read: string }>(
      "results in local storage, read by another process",
      async (seen, { api }) => {
        expect(seen.read).toBe("1000");
        const { state, name } = await api.flowRun(seen.flow_run_id);
        expect(state.data).toMatchObject({
          storage_key: expect.any(String),
          storage_block_id: null,
          serializer: { type: "pickle" },
        });
        const [task] = await eventually(
          () => api.taskRunsOf(seen.flow_run_id),
          (rows) => rows[0]?.state_type === "COMPLETED",
        );
        expect(task?.state.data?.storage_key).toContain(`records-${name}-7`);
      },
    ),

    block_results: played<{ flow_run_id: string; block_id: string; basepath: string; files: number; read: object }>(
      "results in a saved storage block",
      async (seen, { api }) => {
        expect(seen).toMatchObject({ files: 1, read: { stored: true } });
        const { state } = await api.flowRun(seen.flow_run_id);
        expect(state.data).toMatchObject({ storage_block_id: seen.block_id, serializer: { type: "json" } });
        const block = await api.get<BlockDocument>(`/block_documents/${seen.block_id}`);
        expect(block).toMatchObject({
          name: "records-storage",
          data: { basepath: seen.basepath },
          block_type: { slug: "local-file-system" },
        });
      },
    ),

    blocks: played<Record<string, string>>("blocks: secrets, blocks of one's own and blocks in blocks", async (seen, { api }) => {
      expect(seen).toMatchObject({ secret: "hunter3", token: "t0ken", numbers: "[1.0, 2.5]" });
      expect(seen["raised"]).toContain("already in use for this block type");
      const secret = documentPath("secret", "records-secret");
      expect((await api.get<BlockDocument>(secret)).data).toEqual({ value: "********" });
      expect((await api.get<BlockDocument>(`${secret}?include_secrets=true`)).data).toEqual({ value: "hunter3" });
      const outer = await api.get<BlockDocument>(documentPath("records-outer", "records-outer-block"));
      expect(outer).toMatchObject({
        data: { inner: { token: "********", name: "inner" } },
        block_document_references: { inner: { block_document: { id: seen["inner_id"], name: "records-inner-block" } } },
      });
    }),

    block_updated: played<object>("blocks: update and delete", async (seen, { api }) => {
      expect(seen).toEqual({ name: "renamed", token: "one", gone: true });
      expect((await api.request("GET", documentPath("records-inner", "records-updated"))).status).toBe(404);
    }),

    blocks_cli: {
      title: "prefect block register, ls, inspect and delete; prefect block types ls, inspect and delete",
      stages: [plain],
      check: async ({ client }) => {
        expect(await client.prefect("block", "register", "--file", "records.py")).toMatchObject({ code: 0 });
        expect(await client.prefectJson("block", "ls")).toContainEqual(expect.objectContaining({ name: "records-secret" }));
        expect(await client.prefect("block", "inspect", "secret/records-secret")).toMatchObject({
          code: 0,
          stdout: expect.stringContaining("********"),
        });
        expect((await client.prefect("block", "types", "ls")).stdout).toContain("records-outer");
        expect(await client.prefect("block", "delete", "records-inner/records-inner-block")).toMatchObject({ code: 0 });
        expect(await client.prefect("block", "inspect", "records-inner/records-inner-block")).toMatchObject({ code: 1 });
        expect((await client.prefect("block", "type", "inspect", "records-inner")).stdout).toContain("records-inner");
        expect(await client.prefect("--no-prompt", "block", "type", "delete", "records-outer")).toMatchObject({ code: 0 });
        expect(await client.prefect("block", "type", "inspect", "records-outer")).toMatchObject({ code: 1 });
      },
    },
  },
};
