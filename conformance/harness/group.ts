/**
 * A group is a theme: one file of flows, and the scenarios that it plays, each with what must be true afterwards.
 * `conform(group)` plays it against every server and with every client that the group asks for.
 */
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import type { ClientVersion } from "../../scripts/python.ts";
import { Api } from "./api.ts";
import { Client } from "./client.ts";
import { CONFIGURATIONS, type Configuration, type ConfigurationName } from "./configurations.ts";

export interface Context {
  /** What the scenario's function in the flow file returned: see `seen`. */
  readonly outcome: Outcome | undefined;
  readonly api: Api;
  readonly client: Client;
  readonly configuration: Configuration;
}

export interface Scenario {
  readonly title: string;
  /** Where fewer than the group's: each command of the command line costs seconds, and all speak to the server in the same way. */
  readonly stages?: readonly Stage[];
  /** Waits for minutes for what no setting hastens; played by `npm run conformance:nightly` alone. */
  readonly nightly?: true;
  /** Seconds that it may take, where it starts many processes one after the other. */
  readonly patience?: number;
  readonly check: (context: Context) => Promise<void>;
}

export interface Stage {
  readonly configuration: ConfigurationName;
  readonly client: ClientVersion;
}

export interface Group {
  readonly title: string;
  /** The file in flows/ that one client process plays from end to end before the checks; none when the checks start their own. */
  readonly flows?: string;
  readonly stages: readonly Stage[];
  /** By the name of the function in the flow file. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
}

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly seen?: unknown;
  readonly error?: string;
}

const current: ClientVersion = "3.8.3";
export const plain: Stage = { configuration: "plain", client: current };
export const older: Stage = { configuration: "plain", client: "3.4.0" };
export const basicAuth: Stage = { configuration: "basic auth", client: current };
export const csrf: Stage = { configuration: "CSRF", client: current };
/** Where everything is played once more: what passes both guards passes each. */
export const guarded: Stage = { configuration: "basic auth and CSRF", client: current };

const isNight = process.env["CONFORMANCE_NIGHTLY"] !== undefined;

/** The stages of what takes minutes: guarded servers are for the night. */
export const long: readonly Stage[] = isNight ? [plain, guarded] : [plain];

/** A scenario whose flows have run: the check is given what the flow file's function returned, which has the shape that it says. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the type says what the flow file returns; the check asserts it
export function played<Seen>(title: string, check: (seen: Seen, context: Context) => Promise<void>): Scenario {
  return {
    title,
    check: async (context) => {
      const { outcome } = context;
      if (!outcome) throw new Error("the flow file ended before this scenario");
      if (outcome.error !== undefined) throw new Error(`the client failed:\n${outcome.error}`);
      await check(outcome.seen as Seen, context);
    },
  };
}

/** Milliseconds, less than the hook may take, so that what did play is judged. */
const LONGEST_PLAY = 150_000;

/** Registers the group's scenarios with vitest, once for each of its stages. */
export function conform(group: Group): void {
  for (const stage of group.stages)
    describe(`${group.title} (${stage.configuration}, client ${stage.client})`, () => stageTests(group, stage));
}

function stageTests(group: Group, stage: Stage): void {
  let scene: Omit<Context, "outcome">;
  let outcomes = new Map<string, Outcome>();
  let output = "";

  beforeAll(async () => {
    scene = await enter(stage);
    if (group.flows === undefined) return;
    const playing = scene.client.start([group.flows]);
    const impatient = setTimeout(() => playing.kill("SIGKILL"), LONGEST_PLAY);
    const { stdout, stderr } = await playing.finished;
    clearTimeout(impatient);
    output = stderr;
    outcomes = outcomesIn(stdout);
  });
  afterAll(() => scene?.client.close());

  for (const [name, scenario] of scenariosAt(group, stage)) {
    if (scenario.nightly && !isNight) continue;
    const options = scenario.patience === undefined ? {} : { timeout: scenario.patience * 1000 };
    test(scenario.title, options, async ({ task, onTestFailed }) => {
      const outcome = outcomes.get(name);
      Object.assign(task.meta, { ...stage, group: group.title, seconds: outcome?.seconds ?? 0 });
      onTestFailed(() => console.error(`what the client printed last:\n${output.slice(-3000)}`));
      await scenario.check({ ...scene, outcome });
    });
  }
}

/** The scenarios that are played at a stage, by name. */
export function scenariosAt(group: Group, stage: Stage): [string, Scenario][] {
  return Object.entries(group.scenarios).filter(([, scenario]) => (scenario.stages ?? group.stages).includes(stage));
}

async function enter({ configuration: name, client }: Stage): Promise<Omit<Context, "outcome">> {
  const answer = await fetch(`${inject("servers")}/${encodeURIComponent(name)}`);
  const api = await answer.text();
  if (!answer.ok) throw new Error(api);
  const configuration = CONFIGURATIONS[name];
  return { api: new Api(api, configuration), client: new Client(client, api, configuration.auth), configuration };
}

function outcomesIn(stdout: string): Map<string, Outcome> {
  const lines = stdout.split("\n").filter((line) => line.startsWith("scenario {"));
  const outcomes = lines.map((line) => JSON.parse(line.slice("scenario ".length)) as Outcome);
  return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
}
