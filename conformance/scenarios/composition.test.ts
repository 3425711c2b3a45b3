import { conform } from "../harness/group.ts";
import { composition } from "./composition.ts";

conform(composition);
