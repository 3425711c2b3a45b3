import { conform } from "../harness/group.ts";
import { pools } from "./pools.ts";

conform(pools);
