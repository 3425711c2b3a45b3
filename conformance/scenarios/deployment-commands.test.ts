import { conform } from "../harness/group.ts";
import { deploymentCommands } from "./deployment-commands.ts";

conform(deploymentCommands);
