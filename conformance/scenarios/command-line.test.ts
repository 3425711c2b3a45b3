import { conform } from "../harness/group.ts";
import { commandLine } from "./command-line.ts";

conform(commandLine);
