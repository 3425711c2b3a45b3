import { conform } from "../harness/group.ts";
import { background } from "./background.ts";

conform(background);
