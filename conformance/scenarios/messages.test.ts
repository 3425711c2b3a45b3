import { conform } from "../harness/group.ts";
import { messages } from "./messages.ts";

conform(messages);
