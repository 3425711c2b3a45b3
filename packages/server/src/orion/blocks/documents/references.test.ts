import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../../testing/server.ts";
import {
  type DocumentBody,
  type Kind,
  makeDocument,
  makeKind,
  readDocument,
  referTo,
  saveDocument,
  UNKNOWN_ID,
} from "../testing.ts";

let server: TestServer;
let inner: Kind;
let outer: Kind;
beforeAll(async () => {
  server = await openTestServer();
  inner = await makeKind(server, ["password"]);
  outer = await makeKind(server);
});
afterAll(() => server.close());

const patch = (id: string, data: object, rest: object = {}) => server.ask("PATCH", `/block_documents/${id}`, { data, ...rest });
const makeLeaf = (rest: object = {}) => makeDocument(server, inner, { password: "p", plain: 1 }, { ...rest });

test("puts the values of a document in the place of its reference", async () => {
  const leaf = await makeLeaf();
  const parent = await makeDocument(server, outer, { child: { ...referTo(leaf), ignored: 1 }, own: true });
  expect(parent.data).toEqual({ own: true, child: { password: "********", plain: 1 } });
  expect(parent.block_document_references).toEqual({
    child: {
      block_document: {
        id: leaf.id,
        name: leaf.name,
        block_type: inner.type,
        is_anonymous: false,
        block_document_references: {},
      },
    },
  });
  expect((await readDocument(server, parent.id)).data).toEqual({ own: true, child: { password: "p", plain: 1 } });
});

test("follows references of references, and two to one document", async () => {
  const leaf = await makeLeaf();
  const middle = await makeDocument(server, outer, { leaf: referTo(leaf) });
  const top = await makeDocument(server, outer, { left: referTo(middle), right: referTo(leaf) });
  expect((await readDocument(server, top.id)).data).toEqual({
    left: { leaf: { password: "p", plain: 1 } },
    right: { password: "p", plain: 1 },
  });
  expect(top.block_document_references["left"]?.block_document).toMatchObject({
    id: middle.id,
    block_document_references: { leaf: { block_document: { id: leaf.id } } },
  });
});

test("hides the secrets that the outer schema names inside an inner document", async () => {
  const around = await makeKind(server, ["child.plain"]);
  const { data } = await makeDocument(server, around, { child: referTo(await makeLeaf()) });
  expect(data).toEqual({ child: { password: "********", plain: "********" } });
});

test("leaves a reference that is not at the top level as it was sent", async () => {
  const data = { list: [referTo({ id: UNKNOWN_ID })], deeper: { child: referTo({ id: UNKNOWN_ID }) } };
  expect((await makeDocument(server, outer, data)).data).toEqual(data);
});

test.each([{ $ref: {} }, { $ref: "text" }, { $ref: { block_document_id: "no-uuid" } }, { $ref: null }])(
  "refuses the reference %j",
  async (child) => {
    expect(await saveDocument(server, outer, { data: { child } })).toMatchObject({
      status: 400,
      body: { detail: "Received block reference without a block_document_id in key child" },
    });
  },
);

test("refuses a reference to nothing", async () => {
  const { id } = await makeDocument(server, outer, {});
  expect((await saveDocument(server, outer, { data: { child: referTo({ id: UNKNOWN_ID }) } })).status).toBe(409);
  expect((await patch(id, { child: referTo({ id: UNKNOWN_ID }) })).status).toBe(409);
});

test("a change drops the references that are not sent again", async () => {
  const [one, two] = [await makeLeaf(), await makeDocument(server, inner, { plain: 2 })];
  const { id } = await makeDocument(server, outer, { a: referTo(one), b: referTo(one), own: 1 });
  await patch(id, { b: referTo(two), c: referTo(one) });
  const changed = await readDocument(server, id);
  expect(changed.data).toEqual({ own: 1, b: { plain: 2 }, c: { password: "p", plain: 1 } });
  expect(Object.keys(changed.block_document_references)).toEqual(["b", "c"]);
});

test("a value takes the place of a reference, and the other way round", async () => {
  const leaf = await makeLeaf();
  const { id } = await makeDocument(server, outer, { child: referTo(leaf) });
  await patch(id, { child: {} }, { merge_existing_data: false });
  expect(await readDocument(server, id)).toMatchObject({ data: { child: {} }, block_document_references: {} });
  await patch(id, { child: referTo(leaf) });
  await patch(id, { other: 1 });
  expect((await readDocument(server, id)).data).toEqual({ other: 1 });
});

test("a reference goes with the document that it names", async () => {
  const leaf = await makeLeaf({ is_anonymous: true });
  const { id } = await makeDocument(server, outer, { child: referTo(leaf), own: 1 });
  await server.ask("DELETE", `/block_documents/${leaf.id}`);
  expect(await readDocument(server, id)).toMatchObject({ data: { own: 1 }, block_document_references: {} });
});

test("refuses a circle, of any length", async () => {
  const first = await makeDocument(server, outer, {});
  let last: DocumentBody = first;
  for (let step = 0; step < 3; step++) {
    const answer = await patch(first.id, { child: referTo(last) });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        detail: `Cannot create block document reference: it would introduce a cycle into the block_document_reference graph (parent=${first.id}, reference=${last.id}).`,
      },
    });
    last = await makeDocument(server, outer, { child: referTo(last) });
  }
});

test("bounds what references can multiply: twins of twins, ten levels deep", async () => {
  let top = await makeLeaf();
  for (let level = 0; level < 12; level++) top = await makeDocument(server, outer, { left: referTo(top), right: referTo(top) });
  const { text } = await server.ask("GET", `/block_documents/${top.id}`);
  expect(text.length).toBeLessThan(1_000_000);
});
