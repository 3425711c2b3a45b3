const VERSION_DIGIT = 14;

/**
 * The id of a lease on nothing: callers get one where no active limit has the names they ask for, which is most of the
 * time, and it is not stored. Its UUID version (8, free for own meanings) tells it from the ids of stored leases.
 */
export function emptyLease(id: string): string {
  return `${id.slice(0, VERSION_DIGIT)}8${id.slice(VERSION_DIGIT + 1)}`;
}

/** The id of a lease that is stored, from any UUID: one that would tell of an empty lease is made to tell of none. */
export function storedLease(id: string): string {
  return isEmptyLease(id) ? `${id.slice(0, VERSION_DIGIT)}4${id.slice(VERSION_DIGIT + 1)}` : id;
}

/** Whether a lease holds nothing by its id: it never expires, and ending it changes nothing. */
export function isEmptyLease(id: string): boolean {
  return id[VERSION_DIGIT] === "8";
}
