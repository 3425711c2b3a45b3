import { inspect } from "node:util";
import { parseConnectionString } from "@praetor/secrets";
import { describe, expect, test } from "vitest";
import { connectionSettings, DatabaseConfigurationError } from "./settings.ts";

const settings = (query = "", login = "me:hunter2@") =>
  connectionSettings(parseConnectionString(`postgresql://${login}db/orion${query}`));

describe("a connection string", () => {
  test("without hosts means this machine", () => {
    expect(connectionSettings(parseConnectionString("postgresql://")).hosts).toEqual([{ host: "localhost", port: 5432 }]);
  });

  test.each<[query: string, mode: string, verified: boolean]>([
    ["", "prefer", false],
    ["?sslmode=disable", "disable", false],
    ["?sslmode=allow", "prefer", false],
    ["?sslmode=require", "require", false],
    ["?ssl=true", "require", false],
    ["?sslmode=require&sslrootcert=system", "verify-ca", true],
    ["?sslmode=verify-ca", "verify-ca", true],
    ["?sslmode=verify-full", "verify-full", true],
  ])("with %j encrypts as %s", (query, mode, verified) => {
    const { tls } = settings(query);
    expect(tls).toMatchObject({ mode, options: { rejectUnauthorized: verified } });
    expect("checkServerIdentity" in tls.options).toBe(mode === "verify-ca");
  });

  test.each<[query: string, part: object]>([
    ["?target_session_attrs=read-write", { targetSession: "read-write" }],
    ["", { targetSession: "any", connectTimeoutSeconds: undefined, options: "" }],
    ["?connect_timeout=3", { connectTimeoutSeconds: 3 }],
    ["?connect_timeout=0", { connectTimeoutSeconds: undefined }],
    ["?options=-c%20search_path%3Da", { options: "-c search_path=a" }],
    ["?application_name=mine", { client: expect.objectContaining({ application_name: "mine" }) }],
    [
      "?keepalives=0&keepalives_idle=7",
      { client: expect.objectContaining({ keepAlive: false, keepAliveInitialDelayMillis: 7000 }) },
    ],
    ["?prepared_statement_cache_size=0&command_timeout=60&gssencmode=disable", { options: "" }],
  ])("with %j", (query, part) => {
    expect(settings(query)).toMatchObject(part);
  });

  test.each([
    ["?pool_timeout=hunter2", "unknown parameter pool_timeout"],
    ["?sslmode=hunter2", "sslmode must be one of disable, allow"],
    ["?target_session_attrs=hunter2", "target_session_attrs must be one of"],
    ["?connect_timeout=hunter2", "connect_timeout must be a whole number"],
    ["?sslrootcert=/nowhere/hunter2", "file of the parameter sslrootcert cannot be read"],
  ])("with %j is refused without the value", (query, problem) => {
    expect(() => settings(query)).toThrow(DatabaseConfigurationError);
    expect(() => settings(query)).toThrow(problem);
    expect(() => settings(query)).not.toThrow("hunter2");
  });

  test("shows its password to nobody but the driver", () => {
    const { client } = settings();
    expect(inspect(client, { showHidden: true, depth: 5 })).not.toContain("hunter2");
    expect((client.password as () => string)()).toBe("hunter2");
  });
});
