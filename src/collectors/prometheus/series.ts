/** The labels of a series, its name as `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Takes in series one after another, the samples of each in the order of time, as runs of equal values at even steps:
 * constant series, which most of kube-state-metrics is, then cost nothing.
 */
export interface SeriesSink {
  begin(labels: Labels): void;
  /** `count` samples of `value` at `time`, `time + step`, ... (milliseconds). Stale markers, NaN and infinities do not come here. */
  run(time: number, step: number, count: number, value: number): void;
}
