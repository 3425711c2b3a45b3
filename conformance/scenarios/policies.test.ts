import { conform } from "../harness/group.ts";
import { policies } from "./policies.ts";

conform(policies);
