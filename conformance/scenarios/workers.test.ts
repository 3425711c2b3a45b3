import { conform } from "../harness/group.ts";
import { workers } from "./workers.ts";

conform(workers);
