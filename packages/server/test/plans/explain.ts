import type { Client } from "pg";
import { encodeParameters } from "../../src/platform/database/values.ts";
import type { Recorded } from "./recorder.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a query cost: the pages it looked at, and the tables that it read from end to end. */
export interface Cost {
  readonly buffers: number;
  readonly scanned: readonly string[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs the query and tells what it cost. The connection plans as the query's own would. */
export async function costOf(client: Client, { text, values, shared }: Recorded): Promise<Cost> {
  for (const setting of ["enable_seqscan", "enable_bitmapscan", "enable_material", "enable_hashjoin", "enable_mergejoin"])
    await client.query(`set ${setting} = ${shared ? "off" : "on"}`);
  await client.query(`set join_collapse_limit = ${shared ? 1 : 8}`);
  const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
    `explain (analyze, buffers, timing off, format json) ${text}`,
    encodeParameters(values) as unknown[],
  );
  const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("a query has a plan");
  const scanned = nodesOf(plan).filter((node) => node["Node Type"] === "Seq Scan");
  return {
    buffers: (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0),
    scanned: scanned.map((node) => node["Relation Name"] ?? ""),
  };
}
