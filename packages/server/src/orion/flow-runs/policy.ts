import type { FlowRunPolicy, TaskRunPolicy } from "@praetor/wire";

/** The policy as it is kept: what was given under the deprecated names also stands under the present ones. */
export function policyToKeep<P extends FlowRunPolicy | TaskRunPolicy>(policy: P): P {
  return {
    ...policy,
    retries: policy.retries || policy.max_retries || policy.retries,
    retry_delay: policy.retry_delay || policy.retry_delay_seconds || policy.retry_delay,
  };
}
