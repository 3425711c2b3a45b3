import { type LoadedSettings, loadSettings, readConfiguration } from "../platform/config/index.ts";
import type { Given } from "./definition.ts";
import type { Terminal } from "./terminal.ts";

/** The settings of a command: its options, the environment and the configuration file of the current folder. */
export function settingsFor(terminal: Terminal, given: Given): LoadedSettings {
  const file = readConfiguration(terminal.environment, terminal.folder);
  return loadSettings({ commandLine: given.settings, environment: terminal.environment, ...(file ? { file } : {}) });
}
