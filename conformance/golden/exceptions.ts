/** Models of the wire package that the original does not have under their name, and why. */
export const OWN: Readonly<Record<string, string>> = {};

/** Where a model's JSON Schema differs from the original's on purpose: the beginnings of the places, and why. */
export const DIFFERENCES: Readonly<Record<string, { readonly places: readonly string[]; readonly why: string }>> = {
  State: { places: ["$.required"], why: "a state that is kept has its time; the original gives one to a state that has none" },
};
