/** Part of `npm run check`: migrations are named as they must be, and no two have one number. Two branches each take the next one. */
import { loadMigrations } from "../packages/server/src/platform/database/migrations/files.ts";

console.log(`migrations: ${loadMigrations().length}, each with a number of its own`);
