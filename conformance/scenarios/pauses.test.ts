import { conform } from "../harness/group.ts";
import { pauses } from "./pauses.ts";

conform(pauses);
