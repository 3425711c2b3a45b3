/** Models of the wire package that the original does not have under their name, and why. */
export const OWN: Readonly<Record<string, string>> = {};

/** Where a model's JSON Schema differs from the original's on purpose: the beginnings of the places, and why. */
export const DIFFERENCES: Readonly<Record<string, { readonly places: readonly string[]; readonly why: string }>> = {
  State: { places: ["$.required"], why: "a state that is kept has its time; the original gives one to a state that has none" },
};

interface Otherwise {
  readonly models: RegExp;
  /** Found in the two answers, ours first, as JSON. */
  readonly about: RegExp;
  readonly why: string;
}

/** What we answer to an input otherwise than the original, on purpose. */
export const ANSWERED_OTHERWISE: readonly Otherwise[] = [
  { models: /./, about: /pendulum\.duration\.Duration/, why: "the original names a class of its own" },
  {
    models: /^(?:Flow|Task)Run(?:Create|Update)$/,
    about: /"name":null.*"name":"/,
    why: "the server makes up the name, not the reader",
  },
  { models: /^StateCreate$/, about: /"name":null.*"name":"Completed"/, why: "the name of a state follows when it is set" },
  { models: /^EventFilter$/, about: /"occurred":\{"since"/, why: "the span that a filter covers by default ends now" },
  { models: /^ConcurrencyLimitCreate$/, about: /must not contain/, why: "such a limit could never be read again by its path" },
];
