import { conform } from "../harness/group.ts";
import { refusals } from "./refusals.ts";

conform(refusals);
