import type { Group } from "../harness/group.ts";
import { background } from "./background.ts";
import { basics } from "./basics.ts";
import { commandLine } from "./command-line.ts";
import { composition } from "./composition.ts";
import { deploymentCommands } from "./deployment-commands.ts";
import { deployments } from "./deployments.ts";
import { evictions } from "./evictions.ts";
import { failures } from "./failures.ts";
import { limits } from "./limits.ts";
import { messages } from "./messages.ts";
import { pauses } from "./pauses.ts";
import { policies } from "./policies.ts";
import { pools } from "./pools.ts";
import { records } from "./records.ts";
import { refusals } from "./refusals.ts";
import { streams } from "./streams.ts";
import { workers } from "./workers.ts";

/** All groups by the names of their files, in the order in which a user meets what they are about. */
export const groups: Readonly<Record<string, Group>> = {
  basics,
  composition,
  policies,
  failures,
  pauses,
  messages,
  "command-line": commandLine,
  limits,
  deployments,
  "deployment-commands": deploymentCommands,
  records,
  streams,
  refusals,
  pools,
  workers,
  evictions,
  background,
};
