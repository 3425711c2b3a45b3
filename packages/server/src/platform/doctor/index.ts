export type { CheckResult } from "./check.ts";
export { examine, type ExamineOptions, type Report } from "./examine.ts";
export { exitCodeOf, findingsOf, reportJson, reportJunit, reportText } from "./report.ts";
export type { DatabaseTarget, MailTarget, ManagementTarget, Place, RedisTarget, SignOnTarget, Targets } from "./targets.ts";
