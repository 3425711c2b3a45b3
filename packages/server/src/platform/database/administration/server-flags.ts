import { setTimeout as delay } from "node:timers/promises";
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from "pg";
import { type Measure, take } from "./measure.ts";
import type { SetupStep } from "./setup-step.ts";

/**
 * What every database is to run with: the plans of statements over a second in the log, and tables that change much
 * vacuumed at a tenth of their rows. Source: the flags that self-managed installations are asked to set.
 */
export const databaseFlags: Readonly<Record<string, string>> = {
  "auto_explain.log_analyze": "on",
  "auto_explain.log_buffers": "on",
  "auto_explain.log_format": "json",
  "auto_explain.log_min_duration": "1000",
  "auto_explain.log_nested_statements": "on",
  "auto_explain.log_timing": "off",
  "auto_explain.log_triggers": "on",
  "auto_explain.log_verbose": "on",
  "auto_explain.sample_rate": "1",
};

/** Of the whole server: PostgreSQL takes it neither by database nor by role. */
export const vacuumScaleFactor = { name: "autovacuum_vacuum_scale_factor", value: "0.1" } as const;

const remedy = "set it where the server is configured: postgresql.conf, or the parameter group of a managed one";

/** Sets the flags, for the database where PostgreSQL allows that. Those that it does not allow here are refused. */
export async function setUpFlags(client: Client, database: string): Promise<SetupStep[]> {
  const vacuum = await named(take(client, vacuumMeasure));
  if (vacuum.action === "repaired") await reloaded(client);
  if (!(await canLoad(client))) {
    return [
      vacuum,
      {
        subject: "flag auto_explain",
        action: "refused",
        reason: "the server has no auto_explain, or this role may not load it",
        remedy,
      },
    ];
  }
  const steps: SetupStep[] = [vacuum];
  for (const measure of [preload(database), ...Object.entries(databaseFlags).map((flag) => flagMeasure(database, flag))]) {
    steps.push(await named(take(client, measure)));
  }
  return steps;
}

const named = async (step: Promise<SetupStep>): Promise<SetupStep> => {
  const taken = await step;
  return taken.action === "refused" ? { ...taken, remedy } : taken;
};

const vacuumMeasure: Measure = {
  subject: `flag ${vacuumScaleFactor.name}`,
  missing: `current_setting('${vacuumScaleFactor.name}')::float <> ${vacuumScaleFactor.value}`,
  statements: [`alter system set ${vacuumScaleFactor.name} = ${vacuumScaleFactor.value}`, "select pg_reload_conf()"],
  action: "repaired",
};

const reloadSeconds = 5;

/** The server reads its configuration again a moment after it was told to; a set-up that follows would set it once more. */
async function reloaded(client: Client): Promise<void> {
  const deadline = performance.now() + reloadSeconds * 1000;
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ missing: boolean }>(`select ${vacuumMeasure.missing} as missing`);
    if (rows[0]?.missing !== true) return;
    await delay(20);
  }
}

/** A database that preloads what is not there would let nobody in any more. */
async function canLoad(client: Client): Promise<boolean> {
  try {
    await client.query("load 'auto_explain'");
    return true;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
}

const settingOf = (name: string) => `(select split_part(item, '=', 2)
  from pg_db_role_setting, unnest(setconfig) as item
  where setdatabase = (select oid from pg_database where datname = current_database()) and setrole = 0
    and split_part(item, '=', 1) = ${escapeLiteral(name)})`;

/** Sessions load it themselves, so that no restart is needed; what the database preloads already stays. */
function preload(database: string): Measure {
  const name = "session_preload_libraries";
  return {
    subject: "flag auto_explain",
    missing: `concat(current_setting('shared_preload_libraries'), ',', current_setting('${name}'), ',', ${settingOf(name)}) !~ '\\yauto_explain\\y'`,
    statements: [
      `do $$ begin execute format('alter database ${escapeIdentifier(database).replaceAll("%", "%%")} set ${name} = %s',
        (select string_agg(quote_ident(trim(part)), ', ') from unnest(array_append(string_to_array(
          nullif(current_setting('${name}'), ''), ','), 'auto_explain')) as part)); end $$`,
    ],
    action: "repaired",
  };
}

function flagMeasure(database: string, [name, value]: readonly [string, string]): Measure {
  return {
    subject: `flag ${name}`,
    missing: `${settingOf(name)} is distinct from '${value}' and current_setting('${name}') is distinct from '${value}'`,
    statements: [`alter database ${escapeIdentifier(database)} set ${name} = '${value}'`],
    action: "repaired",
  };
}
