/** Seeded noise, so that a rate that is measured in a test is the same in every run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normal numbers of mean 0 and deviation 1 (Box-Muller). */
export function normal(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Days of a level with normal noise, as a part of it. */
export function noisy(level: number, noise: number, days: number, seed: number): number[] {
  const draw = normal(random(seed));
  return Array.from({ length: days }, () => Math.max(0, level * (1 + noise * draw())));
}
