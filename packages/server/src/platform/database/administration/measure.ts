import { type Client, DatabaseError } from "pg";
import type { SetupStep } from "./setup-step.ts";

/** Something that has to hold in a database, and the SQL that makes it hold. */
export interface Measure {
  readonly subject: string;
  /** A boolean expression of SQL: whether it does not hold yet. */
  readonly missing: string;
  readonly statements: readonly string[];
  /** What the statements do when they had to run: make what was not there, or mend what was. */
  readonly action: "created" | "repaired";
}

const insufficientPrivilege = "42501";

/** Makes it hold if it does not; what the role may not do is refused, and the next measure has its turn. */
export async function take(client: Client, measure: Measure): Promise<SetupStep> {
  const { subject, missing, statements, action } = measure;
  const { rows } = await client.query<{ missing: boolean | null }>(`select (${missing}) as missing`);
  if (rows[0]?.missing !== true) return { subject, action: "kept" };
  try {
    for (const statement of statements) await client.query(statement);
    return { subject, action };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== insufficientPrivilege) throw error;
    const remedy = `as a role that may: ${statements.join("; ")}`;
    return { subject, action: "refused", reason: error.message, remedy };
  }
}

/** Takes the measures one after the other, since later ones rest on earlier ones. */
export async function takeAll(client: Client, measures: readonly Measure[]): Promise<SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const measure of measures) steps.push(await take(client, measure));
  return steps;
}
