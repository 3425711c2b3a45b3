/** A process that runs a cluster and writes until it is killed: it prints each number once its commit is acknowledged. */
import { openDatabase, systemStatement } from "../index.ts";
import { startEmbeddedPostgres } from "./index.ts";

const [dataFolder = ""] = process.argv.slice(2);
const write = systemStatement<[number], object>("parent.fixture.write", "insert into written values ($1)");

const server = await startEmbeddedPostgres({ dataFolder });
const database = openDatabase({ connection: server.connection });
await database.system.all(systemStatement("parent.fixture.create", "create table written (number integer)"));
process.stdout.write(`${server.pid}\n`);
for (let number = 1; ; number += 1) {
  await database.system.all(write, number);
  process.stdout.write(`${number}\n`);
}
