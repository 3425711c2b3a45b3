import { describeInstallation } from "./install.ts";

describeInstallation("Helm 4");
