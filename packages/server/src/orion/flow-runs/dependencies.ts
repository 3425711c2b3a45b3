import type { Dependencies } from "../../platform/dependencies.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { FlowRunCreator } from "./create.ts";

/** The creators of runs, one for each workspace that has asked for one. */
export class FlowRunCreators {
  readonly #deps: Dependencies;
  readonly #creators = new Map<string, FlowRunCreator>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  of(workspaceId: string): FlowRunCreator {
    const known = this.#creators.get(workspaceId);
    if (known !== undefined) return known;
    const creator = new FlowRunCreator(this.#deps, this.#deps.databases.orion.workspace(workspaceId));
    this.#creators.set(workspaceId, creator);
    return creator;
  }
}

/** What the routes of flow runs stand on beside the platform. */
export interface FlowRunDependencies extends Dependencies {
  readonly orchestrator: Orchestrator;
  readonly creators: FlowRunCreators;
}
