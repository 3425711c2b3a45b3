import { conform } from "../harness/group.ts";
import { evictions } from "./evictions.ts";

conform(evictions);
