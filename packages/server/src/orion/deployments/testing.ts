import type { DeploymentResponse, DeploymentSchedule } from "@praetor/wire";
import { bodyOf, makeFlow, type RunBody } from "../../testing/runs.ts";
import type { TestServer } from "../../testing/server.ts";

/** A deployment as the API answers it, its JSON parsed. */
export type DeploymentBody = Omit<DeploymentResponse, "parameters" | "labels" | "job_variables"> & {
  parameters: Record<string, unknown>;
  labels: Record<string, unknown>;
};

let made = 0;

/** A new deployment, of a new flow unless `rest` names one. */
export async function makeDeployment(server: TestServer, rest: Record<string, unknown> = {}): Promise<DeploymentBody> {
  const flow_id = rest["flow_id"] ?? (await makeFlow(server));
  return bodyOf<DeploymentBody>(await server.ask("POST", "/deployments/", { name: `deployment-${++made}`, ...rest, flow_id }));
}

export async function readDeploymentBody(server: TestServer, id: string): Promise<DeploymentBody> {
  return bodyOf<DeploymentBody>(await server.ask("GET", `/deployments/${id}`));
}

export async function schedulesOf(server: TestServer, id: string): Promise<DeploymentSchedule[]> {
  return bodyOf<DeploymentSchedule[]>(await server.ask("GET", `/deployments/${id}/schedules`));
}

/** The runs of a deployment, the earliest first. */
export async function runsOf(server: TestServer, deploymentId: string): Promise<RunBody[]> {
  const asked = { flow_runs: { deployment_id: { any_: [deploymentId] } }, sort: "EXPECTED_START_TIME_ASC" };
  return bodyOf<RunBody[]>(await server.ask("POST", "/flow_runs/filter", asked));
}
