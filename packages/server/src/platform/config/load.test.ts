import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultDataDir } from "./declaration/installation.ts";
import { type EffectiveSetting, loadSettings, parseConfiguration, SettingsError, type Sources } from "./index.ts";

const home = { HOME: "/home/ada" };

function load(sources: Partial<Sources> & { toml?: string } = {}) {
  const { toml, ...rest } = sources;
  return loadSettings({
    environment: home,
    ...(toml === undefined ? {} : { file: parseConfiguration("praetor.toml", toml) }),
    ...rest,
  });
}

function origin(effective: readonly EffectiveSetting[], key: string) {
  return effective.find(({ row }) => row.key === key)?.origin;
}

function problems(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error("no SettingsError was thrown");
}

test("each source yields to the one before it", () => {
  const commandLine = { "--port": "1" };
  const environment = { PRAETOR_API_PORT: "2" };
  const toml = "[api]\nport = 3";
  expect(load().settings.api.port).toBe(4200);
  expect(load({ toml }).settings.api.port).toBe(3);
  expect(load({ toml, environment }).settings.api.port).toBe(2);
  expect(load({ toml, environment, commandLine }).settings.api.port).toBe(1);
});

test("a value says where it came from", () => {
  const { effective } = load({
    toml: "[api]\nhost = '::1'",
    environment: { PREFECT_SERVER_CORS_ALLOWED_METHODS: "GET" },
    commandLine: { "--port": "1" },
  });
  expect(origin(effective, "api.port")).toEqual({ source: "command line", name: "--port" });
  expect(origin(effective, "api.cors_allowed_methods")).toEqual({
    source: "environment",
    name: "PREFECT_SERVER_CORS_ALLOWED_METHODS",
  });
  expect(origin(effective, "api.host")).toEqual({ source: "file", name: "praetor.toml" });
  expect(origin(effective, "logging.level")).toEqual({ source: "default" });
});

test.each([
  ["PRAETOR_API_HOST", "PREFECT_SERVER_API_HOST", "api", "host"],
  ["PRAETOR_DATABASE_NAME", "PREFECT_API_DATABASE_NAME", "database", "name"],
] as const)("our own name %s wins over %s", (own, original, section, key) => {
  const { settings } = load({ environment: { [original]: "theirs", [own]: "ours" } });
  expect(settings[section]).toMatchObject({ [key]: "ours" });
});

test.each([
  [{ PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED: "false" }, "taskRunRecorder"],
  [{ PREFECT_API_SERVICES_EVENT_PERSISTER_ENABLED: "0" }, "eventPersister"],
  [{ PRAETOR_SERVICES_PAUSE_EXPIRATIONS_ENABLED: "off" }, "pauseExpirations"],
] as const)("%o switches one service off", (environment, service) => {
  expect(load({ environment }).settings.services[service].enabled).toBe(false);
});

test("--no-services is the setting services.enabled", () => {
  expect(load({ commandLine: { "--no-services": "false" } }).settings.services.enabled).toBe(false);
});

test.each([
  [home, 1000, join("/home/ada", ".local", "share", "praetor")],
  [home, 0, "/var/lib/praetor"],
  [{ ...home, XDG_DATA_HOME: "/data" }, 0, "/data/praetor"],
])("the data folder for %o and user %i when none is named", (environment, user, folder) => {
  expect(defaultDataDir(environment, user)).toBe(folder);
});

test.each([
  [{ ...home, XDG_DATA_HOME: "/data" }, "/data/praetor"],
  [{ ...home, XDG_DATA_HOME: "/data", PRAETOR_HOME: "/praetor" }, "/praetor"],
  [{ ...home, PRAETOR_HOME: "/praetor", PRAETOR_DATA_DIR: "/other" }, "/other"],
])("the data folder for %o", (environment, folder) => {
  expect(load({ environment }).settings.dataDir).toBe(folder);
});

test("an empty variable is not set", () => {
  expect(load({ environment: { PRAETOR_API_HOST: "" } }).settings.api.host).toBe("127.0.0.1");
});

test("the variables of a Kubernetes Service named praetor-api are not settings", () => {
  const environment = {
    PRAETOR_API_PORT: "tcp://10.0.0.7:4200",
    PRAETOR_API_SERVICE_HOST: "10.0.0.7",
    PRAETOR_API_PORT_4200_TCP_ADDR: "10.0.0.7",
  };
  expect(load({ environment }).settings.api.port).toBe(4200);
});

test("every problem is named at once, with the name that was probably meant", () => {
  const found = problems(() =>
    load({ toml: "[api]\nprot = 1\n[databse]\nname = 'x'", environment: { PRAETOR_API_HOSTT: "x", PRAETOR_API_PORT: "many" } }),
  );
  expect(found).toEqual([
    "praetor.toml: unknown key api.prot (did you mean api.port?).",
    "praetor.toml: unknown key databse.name (did you mean database.name?).",
    "Unknown variable PRAETOR_API_HOSTT (did you mean PRAETOR_API_HOST?).",
    'PRAETOR_API_PORT: expected integer from 0 to 65535, got "many".',
  ]);
});

test("a refused secret is not shown", () => {
  const [problem] = problems(() => load({ toml: "[api]\nauth_string = 12345" }));
  expect(problem).toBe("api.auth_string in praetor.toml: expected secret text.");
});

test("a syntax error has its place and not its text", () => {
  expect(problems(() => load({ toml: "[api]\nauth_string = 'hunter2" }))).toEqual([
    expect.stringMatching(/^praetor\.toml is not valid TOML, line \d+, column \d+\.$/),
  ]);
});

test.each([
  ["PREFECT_SERVER_DOCKET_URL", "has no effect: deferred work is rows in PostgreSQL."],
  ["PREFECT_SERVER_API_HOTS", "is not a setting of this server (did you mean PREFECT_SERVER_API_HOST?)."],
])("%s is a warning", (name, sentence) => {
  expect(load({ environment: { [name]: "x" } }).warnings).toEqual([`${name} ${sentence}`]);
});

test("settings of clients are passed over in silence", () => {
  expect(load({ environment: { PREFECT_API_URL: "http://127.0.0.1:4200/api", PREFECT_API_KEY: "k" } }).warnings).toEqual([]);
});
