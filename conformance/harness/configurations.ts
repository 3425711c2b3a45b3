/** The ways in which a server is set up, and what a client needs to speak to each. */
export type ConfigurationName = "plain" | "basic auth" | "CSRF" | "basic auth and CSRF";

export interface Configuration {
  /** `user:password`, as the operator gives it. */
  readonly auth?: string;
  readonly csrf: boolean;
}

// A password with the characters that percent-decoding, splitting and quoting get wrong.
const AUTH = "operator:correct horse:7%/+&";

export const CONFIGURATIONS: Record<ConfigurationName, Configuration> = {
  plain: { csrf: false },
  "basic auth": { csrf: false, auth: AUTH },
  CSRF: { csrf: true },
  "basic auth and CSRF": { csrf: true, auth: AUTH },
};

/** The operator's settings, under the names that installations of the original have. */
export function serverSettings({ auth, csrf }: Configuration): Record<string, string> {
  return {
    ...(auth === undefined ? {} : { PREFECT_SERVER_API_AUTH_STRING: auth }),
    PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED: String(csrf),
    // So that a worker that dies is missed at once.
    PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS: "1",
    // So that a run that found no slot of its deployment asks again at once.
    PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS: "1",
    PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED: "true",
    PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: "true",
  };
}
