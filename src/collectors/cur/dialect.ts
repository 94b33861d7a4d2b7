/** How a column of a bill is read. A map holds texts by name: tags, attributes of a product. */
export type Kind = 'text' | 'time' | 'number' | 'map';

/** SQL types of what is read, by the names that all engines know. */
export const SQL_TYPES = { text: 'varchar', time: 'timestamp', number: 'double', map: 'map(varchar, varchar)' } as const satisfies Record<Kind, string>;

/** A whole number of 1e-12 has this many of them in 1. */
const SCALE = '1e12';

/**
 * What the engines' SQL differs in. The queries over a bill's lines keep to what DuckDB, Trino and Athena (whose engine is Trino) have in common, and ask
 * for the rest here: what is not there (QUALIFY, GROUP BY ALL, aliases beside each other, `hash`, `strftime`) is not used.
 */
export interface Dialect {
  /**
   * Reads a column (quoted) that the engine says is of `type`; undefined: such a type holds nothing of the kind. '' stays '' in a text, for to
   * mend it costs time on millions of lines; in the other kinds it is NULL.
   */
  readonly read: (column: string, type: string, kind: Kind) => string | undefined;
  /** The value of a key of a map; NULL where it has no such key. */
  readonly entry: (map: string, key: string) => string;
  /** A SELECT of the distinct keys of the maps of a table: one column `key`. */
  readonly keys: (map: string, from: string) => string;
  /** A map as the text of a JSON object; the same map gives the same text. */
  readonly mapText: (map: string) => string;
  /** Named texts as the text of a JSON object; those that are NULL or '' may be left out. */
  readonly objectText: (members: readonly (readonly [name: string, value: string])[]) => string;
  /** The exact sum of BIGINTs: it may be larger than one. */
  readonly wholeSum: (whole: string) => string;
  /** A double as the decimal that its shortest text writes, DECIMAL(38,12). */
  readonly decimal: (double: string) => string;
  /** A time as `2026-10`. */
  readonly month: (time: string) => string;
  /** A number that differs for texts that differ, but for rare chance. */
  readonly fingerprint: (texts: readonly string[]) => string;
}

/** A double as a whole number of 1e-12: exact below 1,000. */
export function whole(double: string): string {
  return `cast(round(${double} * ${SCALE}) as bigint)`;
}

/** The sum of whole numbers of 1e-12 as DECIMAL(38,12). */
export function scaledSum(dialect: Dialect, wholes: string): string {
  return `cast(cast(${dialect.wholeSum(wholes)} as decimal(26,0)) * cast('0.000000000001' as decimal(12,12)) as decimal(38,12))`;
}
