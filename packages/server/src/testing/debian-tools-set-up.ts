import type { TestProject } from "vitest/node";
import { installTools } from "./debian-tools.ts";

/** Once for the whole run. */
export default function setUp(project: TestProject): void {
  installTools((line) => project.vitest.logger.log(line));
}
