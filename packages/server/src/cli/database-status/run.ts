import type { Run } from "../definition.ts";
export const run: Run = async () => "success";
