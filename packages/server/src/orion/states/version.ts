const FORM = /^(\d+)\.(\d+)\.(\d+)(.*)$/;
const BEFORE_RELEASE = /^\.?(?:a|b|c|rc|alpha|beta|dev)/;

/**
 * Whether a version is `bound` or later. `x.y.zrc1` and `x.y.z.dev1` come before `x.y.z`; what does not begin with three
 * numbers is older than everything.
 */
export function isAtLeast(version: string, bound: `${number}.${number}.${number}`): boolean {
  const match = FORM.exec(version);
  if (!match) return false;
  const parts = bound.split(".");
  for (const [index, part] of parts.entries()) {
    const difference = Number(match[index + 1]) - Number(part);
    if (difference !== 0) return difference > 0;
  }
  return !BEFORE_RELEASE.test(match[4] ?? "");
}

/** From this API version on, pauses are part of the protocol; a proposer that does not tell its version knows them. */
export function knowsPauses(apiVersion: string | null): boolean {
  return apiVersion === null || isAtLeast(apiVersion, "0.8.4");
}

/** Clients before this one do not renew the lease on their deployment's slot; one that does not tell counts as such. */
export function renewsLeases(clientVersion: string | null): boolean {
  return clientVersion !== null && isAtLeast(clientVersion, "3.4.11");
}

const takingSlotsThemselves = new Set(["3.0.0rc20", "3.0.0", "3.0.1", "3.0.2", "3.0.3"]);

/** Workers of these versions take the deployment's slot themselves; taking it for them would count the run twice. */
export function takesOwnSlots(clientVersion: string | null): boolean {
  return clientVersion !== null && takingSlotsThemselves.has(clientVersion);
}

/** Clients before this API version retry a flow only if the server makes its failed task runs await a retry. */
export function expectsFailedTaskRunsReset(apiVersion: string | null): boolean {
  return apiVersion !== null && !isAtLeast(apiVersion, "0.8.3");
}
