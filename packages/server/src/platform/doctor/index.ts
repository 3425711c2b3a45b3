export type { CheckResult } from "./check.ts";
export {
  type Endpoints,
  endpointsDocument,
  EndpointsError,
  endpointsFrom,
  noEndpoints,
  type RedisEndpoint,
} from "./endpoints.ts";
export { reachPort } from "./network.ts";
export { examine, type ExamineOptions, examineSet, type ExamineSetOptions, type Report } from "./examine.ts";
export { exitCodeOf, findingsOf, reportJson, reportJunit, reportText } from "./report.ts";
export { redisClient } from "./redis.ts";
export { targetsOf } from "./set-targets.ts";
export type { DatabaseTarget, MailTarget, ManagementTarget, Place, RedisTarget, SignOnTarget, Targets } from "./targets.ts";
