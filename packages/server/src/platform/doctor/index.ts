export type { CheckResult } from "./check.ts";
export { type Endpoints, EndpointsError, endpointsFrom, noEndpoints } from "./endpoints.ts";
export { examine, type ExamineOptions, examineSet, type ExamineSetOptions, type Report } from "./examine.ts";
export { exitCodeOf, findingsOf, reportJson, reportJunit, reportText } from "./report.ts";
export type { DatabaseTarget, MailTarget, ManagementTarget, Place, RedisTarget, SignOnTarget, Targets } from "./targets.ts";
