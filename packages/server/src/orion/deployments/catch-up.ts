import { type Infer, literal, model, nullable, number } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";

/**
 * What becomes of the runs of a deployment whose time passed while no scheduler ran: none is made up for, only the latest, all, or
 * those not older than so many seconds.
 */
export const CatchUpPolicy = model<{ policy: "none" | "latest" | "all" | "recent"; seconds: number | null }>(
  "CatchUpPolicy",
  {
    policy: literal("none", "latest", "all", "recent"),
    seconds: nullable(number({ gt: 0 })).default(null),
  },
  {
    extra: "forbid",
    check: ({ policy, seconds }) =>
      (policy === "recent") === (seconds !== null) ? undefined : "seconds belong to the policy 'recent', and to no other",
  },
);
export type CatchUpPolicy = Infer<typeof CatchUpPolicy>;

const readPolicy = workspaceStatement<[id: string], CatchUpPolicy>(
  "deployment.read-catch-up",
  "select catch_up as policy, catch_up_seconds as seconds from orion.deployment where workspace_id = $1 and id = $2",
);

const writePolicy = workspaceStatement<[id: string, policy: string, seconds: number | null], { id: string }>(
  "deployment.write-catch-up",
  `update orion.deployment set catch_up = $3, catch_up_seconds = $4 where workspace_id = $1 and id = $2 returning id`,
);

/** @throws ApiError `deployment_not_found` */
export async function readCatchUp(database: WorkspaceDatabase, id: string): Promise<CatchUpPolicy> {
  const found = await database.first(readPolicy, id);
  if (found === undefined) throw apiError("deployment_not_found");
  return found;
}

/** @throws ApiError `deployment_not_found` */
export async function writeCatchUp(database: WorkspaceDatabase, id: string, { policy, seconds }: CatchUpPolicy): Promise<void> {
  if ((await database.first(writePolicy, id, policy, seconds)) === undefined) throw apiError("deployment_not_found");
}
