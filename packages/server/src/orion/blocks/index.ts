import type { Dependencies } from "../../platform/dependencies.ts";
import type { Route } from "../../platform/http/index.ts";
import { blockDocumentRoutes } from "./documents/routes.ts";
import { blockSchemaRoutes } from "./schemas/routes.ts";
import { blockTypeRoutes } from "./types/routes.ts";

export { registerBlocksOnStart } from "./registration/register.ts";

/** Kinds of blocks, the versions of their fields, and the blocks that users saved. */
export function blockRoutes(deps: Dependencies): Route[] {
  return [...blockTypeRoutes(deps), ...blockSchemaRoutes(deps), ...blockDocumentRoutes(deps)];
}
