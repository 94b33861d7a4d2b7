/** Exporters write '' and the text NULL where there is nothing. */
export const mended = (text: string): string => `nullif(nullif(${text}, ''), 'NULL')`;

/** A time as text, with or without a zone, seconds or `T`: Azure writes `2026-10-01T00:00Z`, Google `2026-10-01 00:00:00 UTC`. */
export function timeOf(text: string): string {
  const whole = String.raw`regexp_replace(${mended(text)}, '([T ]\d\d:\d\d)(Z|[+-]\d\d(:?\d\d)?)?$', '\1:00\2')`;
  return `cast(cast(${whole} as timestamptz) as timestamp)`;
}
