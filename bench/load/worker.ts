/** The process that makes the load: `node worker.ts <workload> <task as JSON>`; prints what it saw as JSON. */
import type { Drive, Task } from "../workloads/workload.ts";

const [name = "", task = "{}"] = process.argv.slice(2);
const { drive } = (await import(`../workloads/${name}.ts`)) as { drive: Drive };
process.stdout.write(JSON.stringify(await drive(JSON.parse(task) as Task)));
process.exit(0);
