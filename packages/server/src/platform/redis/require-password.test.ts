import { Secret } from "@praetor/secrets";
import { afterEach, describe, expect, test } from "vitest";
import { installCommand, isInstalled } from "../../testing/debian-tools.ts";
import { startRedis, type TestRedis } from "../../testing/redis.ts";
import { requirePasswords } from "./require-password.ts";

const here = isInstalled("redis-server");
const without = here ? "" : ` (did not run: sudo ${installCommand(["redis-server"])})`;
const passwords = [Secret.of("c4nary one @/"), Secret.of("c4nary two")];

let redis: TestRedis | undefined;
afterEach(async () => {
  await redis?.remove();
  redis = undefined;
});
const require = async (lines: readonly string[], username?: string) => {
  redis = await startRedis(...lines);
  return requirePasswords({ host: "127.0.0.1", port: redis.port, tls: false, ...(username && { username }) }, passwords);
};
const users = "user default on >c4nary-one nopass ~* &* +@all -config";

describe.skipIf(!here)(`a Redis${without}`, () => {
  test.each<[what: string, lines: string[], username: string | undefined, action: string, reason: string | undefined]>([
    ["that is open", [], undefined, "set", undefined],
    ["that cannot keep its configuration", ['rename-command CONFIG ""'], undefined, "set", "forgets the password"],
    ["that does not let itself be changed", ['rename-command ACL ""'], undefined, "refused", "does not let"],
    ["whose user lacks the right", [users.replace("-config", "-acl")], undefined, "refused", "does not let"],
    ["that has another password", ["requirepass other"], undefined, "refused", "another password"],
    ["with a user who is not there", [], "praetor", "refused", "cannot log in"],
  ])("%s", async (_, lines, username, action, reason) => {
    const step = await require(lines, username);
    expect([step.action, step.reason ?? ""]).toEqual([action, expect.stringContaining(reason ?? "")]);
    expect(JSON.stringify(step)).not.toContain("c4nary");
  });

  test("takes each of the passwords from then on, and is kept the next time", async () => {
    await require([]);
    const endpoint = { host: "127.0.0.1", port: redis?.port ?? 0, tls: false };
    expect((await requirePasswords(endpoint, passwords)).action).toBe("kept");
    expect((await requirePasswords(endpoint, [Secret.of("other")])).action).toBe("refused");
  });
});

test("a Redis that is not there is refused", async () => {
  expect(await requirePasswords({ host: "127.0.0.1", port: 1, tls: false }, passwords)).toMatchObject({ action: "refused" });
});
