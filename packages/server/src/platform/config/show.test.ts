import { expect, test } from "vitest";
import { loadSettings, settingsAsJson, showSettings } from "./index.ts";

const environment = { HOME: "/home/ada", PREFECT_SERVER_API_AUTH_STRING: "admin:hunter2", PRAETOR_API_CORS_ALLOWED_ORIGINS: "" };
const { effective } = loadSettings({ environment, commandLine: { "--database-url": "postgresql://u:hunter2@h/d" } });

test("the table has each setting with its value and origin", () => {
  const lines = showSettings(effective).split("\n");
  expect(lines).toHaveLength(effective.length);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ["api.port", "4200", "default"],
      ["api.auth_string", "[secret]", "PREFECT_SERVER_API_AUTH_STRING"],
      ["database.connection_url", "postgresql://u@h:5432/d", "--database-url"],
      ["database.password", "-", "default"],
    ]),
  );
});

test.each([showSettings, settingsAsJson])("%o shows no secret", (show) => {
  expect(show(effective)).not.toContain("hunter2");
});

test("the JSON form has the same content", () => {
  expect(JSON.parse(settingsAsJson(effective))).toMatchObject({
    "api.port": { value: "4200", origin: "default" },
    "api.auth_string": { value: "[secret]", origin: "PREFECT_SERVER_API_AUTH_STRING" },
    "api.base_path": { value: null, origin: "default" },
  });
});
