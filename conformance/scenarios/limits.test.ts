import { conform } from "../harness/group.ts";
import { limits } from "./limits.ts";

conform(limits);
