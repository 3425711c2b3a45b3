import { InProcessBus } from "./in-process.ts";
import { busSuite } from "./suite.ts";

busSuite("the bus of a single process", async (reports) => ({ bus: new InProcessBus(reports), close: async () => {} }));
