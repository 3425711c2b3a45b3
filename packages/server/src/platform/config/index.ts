export { type DatabaseName, type DatabaseServers, databaseTarget, type DatabaseTarget } from "./database-target.ts";
export type { Settings } from "./declaration/index.ts";
export { SettingsError } from "./error.ts";
export { type EffectiveSetting, type LoadedSettings, loadSettings, type Origin } from "./load.ts";
export { type Row, rows } from "./rows.ts";
export type { Environment } from "./setting.ts";
export { type ConfigurationFile, parseConfiguration, readConfiguration, type Sources } from "./sources.ts";
export { settingsAsJson, showSettings } from "./show.ts";
