import { conform } from "../harness/group.ts";
import { deployments } from "./deployments.ts";

conform(deployments);
