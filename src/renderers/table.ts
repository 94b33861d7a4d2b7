/** A table of any medium. Texts are as the vendor wrote them: each medium escapes what it prints. */
export interface Table {
  readonly caption: string;
  /** The first one names the lines. */
  readonly columns: readonly Column[];
  readonly lines: readonly Line[];
}

export interface Column {
  readonly heading: string;
  /** A `share` is a number (1 is the whole) that may be drawn. */
  readonly kind: 'text' | 'number' | 'share';
  /** Where there is no room the column with the highest number goes first; one without a number stays. */
  readonly spare?: number;
}

export interface Line {
  readonly kind: 'row' | 'others' | 'total';
  /** As many as there are columns. */
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly text: string;
  /** What the cell sorts by, where that is not its text; null where it is not known. */
  readonly value?: number | null;
  /** Words in place of a name that is not there. */
  readonly nameless?: boolean;
}
