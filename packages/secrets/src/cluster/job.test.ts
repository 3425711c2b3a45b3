import { expect, test } from "vitest";
import { Fields } from "./fields.ts";
import { stateOf } from "./job.ts";

const pod = (phase: string, state: object) => new Fields({ status: { phase, containerStatuses: [{ state }] } });

test.each<[what: string, pod: Fields | undefined, state: Partial<ReturnType<typeof stateOf>>]>([
  ["no pod", undefined, { waitsFor: "no pod yet", isHopeless: false }],
  ["one without a container yet", new Fields({ status: { phase: "Pending" } }), { waitsFor: "pending", isHopeless: false }],
  [
    "one whose image is fetched",
    pod("Pending", { waiting: { reason: "ContainerCreating" } }),
    { waitsFor: "ContainerCreating", isHopeless: false },
  ],
  ["one that runs", pod("Running", { running: {} }), { waitsFor: "running", exitCode: undefined }],
  ["one that ended well", pod("Succeeded", { terminated: { exitCode: 0 } }), { exitCode: 0 }],
  ["one that found something", pod("Failed", { terminated: { exitCode: 2 } }), { exitCode: 2 }],
  [
    "one whose image is not there",
    pod("Pending", { waiting: { reason: "ImagePullBackOff", message: "no such image" } }),
    { waitsFor: "ImagePullBackOff (no such image)", isHopeless: true },
  ],
  ["one that was evicted", new Fields({ status: { phase: "Failed" } }), { waitsFor: "failed", isHopeless: true }],
])("of %s is told what it is", (_, given, state) => expect(stateOf(given)).toMatchObject(state));
