import { helmFolder, validatorPython } from "../../scripts/kubernetes/executables.ts";

/** Fetches once what every test needs, so that no test's deadline pays for it. */
export default function setUp(): void {
  helmFolder();
  validatorPython();
}
