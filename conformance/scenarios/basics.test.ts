import { conform } from "../harness/group.ts";
import { basics } from "./basics.ts";

conform(basics);
