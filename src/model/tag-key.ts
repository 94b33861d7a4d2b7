/**
 * One spelling for the keys of tags, labels and columns: `CostCenter`, `cost-center` and `cost_center` are the same.
 * It is the one that AWS uses for the columns of a Parquet report (an underscore before each capital, lower case, all else `_`).
 * The `aws:` prefix of AWS' own tags is kept.
 */
export function tagKey(key: string): string {
  const own = key.startsWith('aws:');
  const spelled = snake(own ? key.slice(4) : key);
  return own ? `aws:${spelled}` : spelled;
}

/** `lineItem/UsageAmount` -> `line_item_usage_amount`, `ReservationARN` -> `reservation_a_r_n`. */
export function snake(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/(?<=[^_])(?=\p{Lu})/gu, '_')
    .toLowerCase();
}
