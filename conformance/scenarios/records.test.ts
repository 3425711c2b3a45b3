import { conform } from "../harness/group.ts";
import { records } from "./records.ts";

conform(records);
