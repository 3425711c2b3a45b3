import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Programs that tests try for real, and the Debian packages that have them. */
const packages = { "redis-server": "redis-server", "redis-cli": "redis-tools", psql: "postgresql-client" } as const;
export type DebianTool = keyof typeof packages;

export function isInstalled(tool: DebianTool): boolean {
  return spawnSync(tool, ["--version"], { stdio: "ignore" }).status === 0;
}

/** The command that installs what is missing of these; undefined when nothing is. */
export function installCommand(tools: readonly DebianTool[]): string | undefined {
  const missing = tools.filter((tool) => !isInstalled(tool)).map((tool) => packages[tool]);
  return missing.length === 0 ? undefined : `apt-get install --yes --no-install-recommends ${[...new Set(missing)].join(" ")}`;
}

/** Installs what is missing where that may be done; says in one line what did not run where it may not. */
export function installTools(say: (line: string) => void): void {
  const tools = Object.keys(packages).filter((tool): tool is DebianTool => tool in packages);
  const command = installCommand(tools);
  if (command === undefined) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    say(`Tests with ${tools.filter((tool) => !isInstalled(tool)).join(", ")} do not run. On Debian: sudo ${command}`);
    return;
  }
  // Debian starts what it installs, and these tests start their own.
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  for (const line of ["apt-get update", command]) {
    const [program = "", ...words] = line.split(" ");
    execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"], env: environment });
  }
}
