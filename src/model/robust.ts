/** Statistics that a few wild values do not move. None of them is defined for an empty list: NaN. */

/** The value below which a part of the values lies (0..1), between two of them in proportion. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A line through points: the median of the slopes of all pairs (Theil-Sen), through the median of what each point leaves. */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): { readonly slope: number; readonly at: (x: number) => number } {
  const slopes = points.flatMap(([x, y], index) => points.slice(index + 1).flatMap(([otherX, otherY]) => (otherX === x ? [] : [(otherY - y) / (otherX - x)])));
  const slope = slopes.length === 0 ? 0 : median(slopes);
  const intercept = median(points.map(([x, y]) => y - slope * x));
  return { slope, at: (x) => intercept + slope * x };
}
