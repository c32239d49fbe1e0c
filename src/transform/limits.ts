// How much work a cascade may ask of the passes. Each limit has a diagnostic (E09xx).

/** Nodes of all expressions that calls stand for, counted where they are put in. */
export const maxInlinedNodes = 100_000;
