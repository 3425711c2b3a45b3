const snake = (word: string): string => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `["api", "basePath"]` -> `api.base_path`, the name in praetor.toml and in messages. */
export const keyName = (path: readonly string[]): string => path.map(snake).join(".");

/** The environment names that follow from a key: our own first, then the original's. */
export function environmentNames(path: readonly string[]): [string, string] {
  const tail = path.map(snake).join("_").toUpperCase();
  return [`PRAETOR_${tail}`, `PREFECT_SERVER_${tail}`];
}
