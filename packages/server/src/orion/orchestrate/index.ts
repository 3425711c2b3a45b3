export { Orchestrator, type Proposal } from "./orchestrator.ts";
