import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHmac } from "node:crypto";
import { Secret } from "@praetor/secrets";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Load,
  type Opening,
  redisCommand,
  startInstallation,
  startLoad,
  textOf,
  type TestInstallation,
} from "../../testing/installation.ts";

let installation: TestInstallation;
let load: Load;

/** A client of Redis as the services are: it logs in once and works. */
const redisOpening: Opening = async (value) => {
  const redis = new Redis({
    port: installation.redis?.port ?? 0,
    password: value.reveal(),
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  await redis.connect();
  await redis.ping();
  return { work: () => redis.incr("work"), leave: () => redis.quit() };
};

const ringOf = (value: Secret) => value.reveal().split(",");
const signed = (key: string, text: string) => `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
const tokens: string[] = [];

/** Signs by the first key and reads what others have signed a moment ago, by any of its keys. */
const signingOpening: Opening = (value) =>
  Promise.resolve({
    work: () => {
      const ring = ringOf(value);
      for (const token of tokens) {
        const [text = ""] = token.split(".");
        if (!ring.some((key) => signed(key, text) === token)) throw new Error("a token of a neighbour cannot be read");
      }
      tokens.splice(0, tokens.length, ...tokens.slice(-5), signed(ring[0] ?? "", `token ${tokens.length}`));
      return Promise.resolve();
    },
    leave: () => Promise.resolve(),
  });

async function beginLoad(): Promise<void> {
  const ofRedis = [
    ["redis-passwords", "work", redisOpening],
    ["redis-passwords", "cache", redisOpening],
  ] as const;
  load = startLoad(installation, [
    ...(redisCommand === undefined ? ofRedis : []),
    ["platform-keys", "token-signing", signingOpening],
    ["platform-keys", "token-signing", signingOpening],
  ]);
  await load.settle();
}

beforeAll(async () => {
  installation = await startInstallation();
  await beginLoad();
});
afterAll(async () => {
  await load.end();
  await installation.remove();
});
beforeEach(async () => {
  await load.settle();
  expect(load.failures).toEqual([]);
});

const left = () => readdirSync(installation.folder).filter((file) => file.startsWith("."));
const steps = ["1/4 introduce", "2/4 deliver", "3/4 adopt", "4/4 retire"] as const;

describe.skipIf(redisCommand !== undefined)(
  `a Redis${redisCommand === undefined ? "" : ` (nothing of this ran: ${redisCommand})`}`,
  () => {
    const rotating = (more = "") =>
      `rotate work --existing set.yaml --endpoints endpoints.yaml --settle 0.2s --new generate${more}`;
    const password = () => installation.valueOf("redis-passwords", "work");

    async function opens(secret: Secret): Promise<boolean> {
      const redis = new Redis({
        port: installation.redis?.port ?? 0,
        password: secret.reveal(),
        lazyConnect: true,
        retryStrategy: () => null,
      });
      redis.on("error", () => {});
      return redis
        .connect()
        .then(() => redis.ping())
        .then(
          () => true,
          () => false,
        )
        .finally(() => redis.disconnect());
    }

    async function expectRotated(before: Secret): Promise<void> {
      expect([await opens(before), await opens(password())]).toEqual([false, true]);
      for (const key of ["cache", "events", "concurrency-leases"]) {
        expect(installation.valueOf("redis-passwords", key).equals(password())).toBe(true);
      }
      expect(left()).toEqual([]);
      expect(load.failures).toEqual([]);
    }

    test("is rotated under load for all roles that share its user, also past a restart of Redis", async () => {
      const [before, served] = [password(), load.served];
      const { outcome, out } = await installation.run(rotating());
      expect([outcome, out]).toEqual([
        "success",
        expect.stringMatching(/^cache, .*work, work-pools.* rotated: the old value is refused/),
      ]);
      await expectRotated(before);
      expect(load.served).toBeGreaterThan(served);
    });

    test.each(steps)("killed at %s goes on to the end", async (step) => {
      const before = password();
      await installation.start(rotating(), step);
      expect((await installation.run(rotating())).outcome).toBe("success");
      await expectRotated(before);
    });

    test.each(steps)("killed at %s and aborted is what it was", async (step) => {
      const before = password();
      await installation.start(rotating(), step);
      const tried = password();
      const { outcome, error } = await installation.run(rotating(" --abort"));
      expect([outcome, error]).toEqual(["success", expect.stringContaining("3/3 withdraw")]);
      expect([password().equals(before), await opens(before)]).toEqual([true, true]);
      if (!tried.equals(before)) expect(await opens(tried)).toBe(false);
      const redis = new Redis({ port: installation.redis?.port ?? 0, password: before.reveal() });
      const user = (await redis.call("ACL", "GETUSER", "default")) as unknown[];
      expect(user[user.indexOf("passwords") + 1]).toHaveLength(1);
      redis.disconnect();
      expect(left()).toEqual([]);
      expect(load.failures).toEqual([]);
    });

    test("keeps its passwords when it is started again", async () => {
      const before = password();
      expect((await installation.run(rotating())).outcome).toBe("success");
      await load.end();
      await installation.redis?.restart();
      await beginLoad();
      expect([await opens(before), await opens(password())]).toEqual([false, true]);
    });

    test("that no endpoint names is told", async () => {
      const { outcome, error } = await installation.run("rotate work --existing set.yaml");
      expect([outcome, error]).toEqual(["failure", expect.stringContaining("Nothing says where the Redis of the role work is")]);
    });
  },
);

describe("keys of the platform", () => {
  const rotating = (more = "") => `rotate token-signing --existing set.yaml --rereads 0.2s${more}`;
  const ring = () => ringOf(installation.valueOf("platform-keys", "token-signing"));

  test("are rotated without anybody meeting what it cannot read: the new key reads, then makes, then stands alone", async () => {
    const [old] = ring();
    const { outcome, out } = await installation.run(rotating());
    expect([outcome, out]).toEqual([
      "success",
      expect.stringMatching(/still read, until 20\S+Z; run the same command after that/),
    ]);
    expect(ring()).toEqual([expect.not.stringContaining(old ?? ""), old]);
    // One that waits stands in nobody's way.
    expect((await installation.run("rotate serviceUser --existing set.yaml --settle 0s")).outcome).toBe("success");
    expect((await installation.run(rotating(" --keep-old 0d"))).out).toBe("token-signing rotated: the old value is refused.");
    expect(ring()).toEqual([expect.not.stringContaining(old ?? "")]);
    expect(left()).toEqual([]);
  });

  test.each(steps)("killed at %s go on to the end", async (step) => {
    const [old] = ring();
    await installation.start(rotating(" --keep-old 0d"), step);
    expect((await installation.run(rotating(" --keep-old 0d"))).outcome).toBe("success");
    expect(ring()).toEqual([expect.not.stringContaining(old ?? "")]);
  });

  test.each(steps)("killed at %s and aborted still read what the new key has made", async (step) => {
    const [old] = ring();
    await installation.start(rotating(" --keep-old 0d"), step);
    const given = ring();
    expect((await installation.run(rotating(" --abort"))).outcome).toBe("success");
    expect([ring()[0], new Set(ring())]).toEqual([old, new Set([old, ...given])]);
    expect(left()).toEqual([]);
    // One key again for the next.
    await installation.run(rotating(" --keep-old 0d"));
  });

  test("wait for people where nobody says that readers read again", async () => {
    // Nobody here is restarted, whatever the test says.
    await load.end();
    const words = "rotate token-signing --existing set.yaml --keep-old 0d";
    const asked = await installation.run(words);
    expect([asked.outcome, asked.error]).toEqual(["failure", expect.stringContaining("run the same command with --restarted")]);
    expect(ring()).toHaveLength(2);
    expect((await installation.run(`${words} --restarted`)).outcome).toBe("failure");
    expect((await installation.run(`${words} --restarted`)).outcome).toBe("success");
    expect(ring()).toHaveLength(1);
    tokens.length = 0;
    await beginLoad();
  });
});

describe("what others gave out", () => {
  const words = "rotate okta-client-secret --existing set.yaml --facts facts.yaml --rereads 0s";
  const value = () => installation.valueOf("external-service-secrets", "okta-client-secret").reveal();

  test("is replaced by what its source has now", async () => {
    expect((await installation.run(words)).error).toContain("is the secret that it has already");
    installation.environment["OKTA"] = "okta client secret 2";
    const { outcome, error } = await installation.run(words);
    expect([outcome, error]).toEqual(["success", expect.stringContaining("now delete the old secret at Okta")]);
    expect(value()).toBe("okta client secret 2");
  });

  test.each(steps)("killed at %s goes on to the end", async (step) => {
    const given = `okta client secret, ${step}`;
    installation.environment["OKTA"] = given;
    expect((await installation.start(words, step)).code).toBeNull();
    expect((await installation.run(words)).outcome).toBe("success");
    expect([value(), left()]).toEqual([given, []]);
  });

  test.each(steps)("killed at %s and aborted is what it was", async (step) => {
    const before = value();
    installation.environment["OKTA"] = `okta client secret, ${step}, in vain`;
    expect((await installation.start(words, step)).code).toBeNull();
    expect((await installation.run(`${words} --abort`)).outcome).toBe("success");
    expect([value(), left()]).toEqual([before, []]);
  });

  test("is never made here, and never taken from the command line", async () => {
    const none = await installation.run("rotate okta-client-secret --existing set.yaml");
    expect(none.error).toContain("nothing says where it is");
    const typed = await installation.run("rotate okta-client-secret --existing set.yaml --new hunter2");
    expect([typed.outcome, typed.error]).toEqual(["failure", expect.not.stringContaining("hunter2")]);
    const key = await installation.run("rotate token-signing --existing set.yaml --new env:OKTA");
    expect(key.error).toContain("is not 32 bytes in base64url");
    expect(left()).toEqual([]);
  });
});

describe("what is due", () => {
  test("is what its own date says, and the rest is left alone", async () => {
    const dated = textOf(installation, "set.yaml").replaceAll(
      /("?praetor.dev\/rotated-at"?): .*/g,
      '$1: "2020-01-01T00:00:00.000Z"',
    );
    writeFileSync(join(installation.folder, "set.yaml"), dated);
    const plans = async (days: string) => {
      const { out } = await installation.run(
        `rotate --overdue ${days} --existing set.yaml --endpoints endpoints.yaml --dry-run --json`,
      );
      return (JSON.parse(out) as { plans: { name: string }[] }).plans.map(({ name }) => name);
    };
    const roles = ["cache", "events", "task-scheduling", "triggers", "work", "work-pools", "concurrency-leases"];
    // All but what was rotated above: that has dates of its own, roles of Redis that share a user too.
    const left = redisCommand === undefined ? [] : roles;
    expect(await plans("90d")).toEqual(["superUser", ...left, "block-encryption"]);
    expect(await plans("9999d")).toEqual([]);
  });
});
