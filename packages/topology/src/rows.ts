import { background, consumers } from "./background.ts";
import { jobs as jobRows } from "./jobs.ts";
import { loops } from "./loops.ts";
import type { Service } from "./types.ts";
import { web } from "./web.ts";

const rows = [...web, ...background, ...consumers, ...loops] as const;

export type ServiceName = (typeof rows)[number]["name"];
export type JobName = (typeof jobRows)[number]["name"];

/** The services of the platform. One process runs all of them; a cluster runs each in processes of its own. */
export const services: readonly Service<ServiceName>[] = rows;

/** What is run once, before or beside them. */
export const jobs: readonly Service<JobName>[] = jobRows;

/** The service that a name, or another name of it, means. */
export function serviceNamed(name: string): Service<ServiceName> | undefined {
  return services.find((service) => service.name === name || service.aliases?.includes(name));
}
