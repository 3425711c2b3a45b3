/** Uniform in [0, 1); injected, so that jitter and generated names can be repeated. */
export type Random = () => number;

export const systemRandom: Random = Math.random;
