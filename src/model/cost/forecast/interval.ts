/** The part of months that an interval is to hold. */
export const LEVEL = 0.8;

/**
 * Student's t for the 90 % point, by degrees of freedom from 1 to 8: two-sided 80 %.
 * https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
 */
const STUDENT = [3.078, 1.886, 1.638, 1.533, 1.476, 1.44, 1.415, 1.397];

/**
 * How far a bill may be from its forecast, as a part of the forecast, with a probability of `LEVEL`; undefined for fewer than two past errors.
 * Of nine and more past errors, their own quantile, one rank further out for the one to come (split conformal prediction). Of fewer there is no such
 * quantile: a normal spread about 0 with Student's t for as many, which is wide.
 * @param ratios past bills by their forecasts, less 1
 */
export function halfWidth(ratios: readonly number[]): number | undefined {
  const { length } = ratios;
  if (length < 2) return undefined;
  const t = STUDENT[length - 1];
  if (t === undefined) return ratios.map(Math.abs).toSorted((a, b) => a - b)[Math.ceil((length + 1) * LEVEL) - 1];
  const spread = Math.sqrt(ratios.reduce((sum, ratio) => sum + ratio ** 2, 0) / length);
  return t * spread * Math.sqrt(1 + 1 / length);
}
