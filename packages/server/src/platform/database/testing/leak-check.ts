import { afterAll } from "vitest";
import { openDatabaseNames } from "./open-databases.ts";

afterAll(() => {
  const left = openDatabaseNames.size;
  openDatabaseNames.clear();
  if (left > 0) throw new Error(`${left} test database(s) were opened and not closed.`);
});
