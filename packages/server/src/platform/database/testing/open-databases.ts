/** The databases that the running test file opened and did not close yet. */
export const openDatabaseNames = new Set<string>();
