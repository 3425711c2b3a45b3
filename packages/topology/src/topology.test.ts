import { expect, test } from "vitest";
import { type Database, jobs, type Kind, serviceNamed, services } from "./index.ts";

const nebula =
  "actions auth-api events-api events-background expiration-setter nebula-api nebula-background orion-api search-indexer triggers";
const orion =
  "cancellation-cleanup expiration-processor expiration-setter flow-run-notifications flow-run-reads flow-run-writes foreman logs mark-late-runs nebula-api nebula-background orchestration-ui-reads orion-api orion-background reaper-man scheduler task-run-reads task-run-writes work-pool-reads worker-monitor";

/** Who holds a connection string for which database: the keys of the Secrets that an installation is given. */
const holders: Readonly<Record<Database, { primary: string; replica: string }>> = {
  events: { primary: "events-api ladler logs nebula-api triggers", replica: "events-api logs nebula-api triggers" },
  nebula: { primary: nebula, replica: nebula },
  orion: { primary: orion, replica: orion },
};

const databases = Object.keys(holders) as Database[];

test.each(databases.flatMap((database) => (["primary", "replica"] as const).map((server) => [database, server] as const)))(
  "%s %s is used by exactly the services that have a key for it",
  (database, server) => {
    const names = services.filter((service) => service.databases[database]?.includes(server)).map((service) => service.name);
    expect(names.toSorted()).toEqual(holders[database][server].split(" "));
  },
);

test("there are twenty-seven services, each once, by kind", () => {
  expect(new Set(services.map((service) => service.name)).size).toBe(27);
  const counts = services.reduce<Partial<Record<Kind, number>>>(
    (sum, { kind }) => ({ ...sum, [kind]: (sum[kind] ?? 0) + 1 }),
    {},
  );
  expect(counts).toEqual({ web: 11, background: 3, consumer: 4, loop: 9 });
});

test("loops and jobs run once; everything else may run often", () => {
  for (const { name, kind, scaling } of [...services, ...jobs]) {
    expect([name, scaling]).toEqual([name, kind === "loop" || kind === "job" ? "singleton" : "replicas"]);
  }
});

test("every web service owns routes that no other owns, and only web services do", () => {
  const owners = services.flatMap((service) => service.routes ?? []);
  expect(new Set(owners).size).toBe(owners.length);
  for (const { name, kind, routes } of services) expect([name, routes !== undefined]).toEqual([name, kind === "web"]);
});

test("every worker runs in exactly one service, and not in a web service", () => {
  const workers = services.flatMap((service) => service.workers ?? []);
  expect(new Set(workers).size).toBe(workers.length);
  expect(workers).toHaveLength(16);
  expect(services.filter(({ kind, workers: own }) => kind === "web" && own)).toEqual([]);
});

test("a worker's service holds the databases that the worker writes", () => {
  for (const [worker, database] of [
    ["event-persister", "events"],
    ["lease-expiry", "orion"],
    ["outbox-relay", "orion"],
    ["pause-expiry", "orion"],
    ["task-run-recorder", "orion"],
    ["heartbeat-recorder", "orion"],
    ["vanished-runs", "orion"],
    ["expiration-setter", "orion"],
  ] as const) {
    const service = services.find(({ workers }) => workers?.includes(worker));
    expect([worker, service?.databases[database]?.[0]]).toEqual([worker, "primary"]);
  }
});

test("a name and its aliases mean one service, and no alias is another's name", () => {
  expect(serviceNamed("server")?.name).toBe("orion-api");
  expect(serviceNamed("triggers-proactive")?.name).toBe("triggers");
  expect(serviceNamed("nothing")).toBeUndefined();
  const names = [...services, ...jobs].flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
});
