import { conform } from "../harness/group.ts";
import { failures } from "./failures.ts";

conform(failures);
