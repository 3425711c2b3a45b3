import { conform } from "../harness/group.ts";
import { streams } from "./streams.ts";

conform(streams);
