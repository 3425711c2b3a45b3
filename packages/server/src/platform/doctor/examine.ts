import type { SecretSet } from "@praetor/secrets/sets";
import { type ContractName, secretsContract } from "@praetor/topology";
import { type CheckResult, Examination } from "./check.ts";
import { examineDatabases } from "./database-checks.ts";
import { type Endpoints, noEndpoints } from "./endpoints.ts";
import { examineMail } from "./mail.ts";
import { examineRedis } from "./redis.ts";
import { examineManagement, examineSignOn } from "./sign-on.ts";
import { targetsOf } from "./set-targets.ts";
import type { Place, Targets } from "./targets.ts";

/** What an installation looks like from where this runs. */
export interface Report {
  readonly results: readonly CheckResult[];
  readonly seconds: number;
}

export interface ExamineOptions {
  /** When everything that is not done by then counts as timed out: 14 by default. */
  readonly limitSeconds?: number;
}

const at = ({ object, key }: Place) => `${object}/${key}`;

/**
 * Examines everything at the same time, with the drivers that the services use. Changes nothing but a key of its own in
 * each Redis, which it deletes. No result holds a secret. Never rejects: what goes wrong is a finding.
 */
export async function examine(targets: Targets, { limitSeconds = 14 }: ExamineOptions = {}): Promise<Report> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(limitSeconds * 1000);
  const examination = new Examination(deadline);
  const { databases, redis, mail, signOn, management } = targets;
  await Promise.all([
    examineDatabases(examination, databases),
    ...redis.map((target) => examination.run("redis", at(target), () => examineRedis(target))),
    ...(mail === undefined ? [] : [examination.run("mail", at(mail), () => examineMail(mail))]),
    ...signOn.map((target) => examination.run("sign-on", at(target), () => examineSignOn(target))),
    ...(management === undefined ? [] : [examination.run("management", at(management), () => examineManagement(management))]),
  ]);
  return { results: examination.results, seconds: (performance.now() - started) / 1000 };
}

export interface ExamineSetOptions extends ExamineOptions {
  readonly contract?: ContractName;
  /** Where Redis, mail and sign-on are; without them only the databases are examined. */
  readonly endpoints?: Endpoints;
}

/** Examines everything that a set of Secrets is for. */
export async function examineSet(set: SecretSet, options: ExamineSetOptions = {}): Promise<Report> {
  const { contract = "praetor", endpoints = noEndpoints } = options;
  const started = performance.now();
  const { targets, findings } = targetsOf(set, secretsContract(contract).entries, endpoints);
  const seconds = (performance.now() - started) / 1000;
  const read = findings.map(
    (finding): CheckResult => ({
      name: "read",
      where: `${finding.object}/${finding.key}`,
      outcome: "found",
      findings: [finding],
      seconds,
    }),
  );
  const report = await examine(targets, options);
  return { ...report, results: [...read, ...report.results] };
}
