import type { Files } from './files.ts';
import type { Progress } from './progress.ts';
import type { Sql } from './sql.ts';

/** Everything that is not the program itself. Tests pass their own. */
export interface Io {
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly files: Files;
  readonly openSql: (options: { readonly scratch: string }) => Promise<Sql>;
  readonly progress: Progress;
  readonly output: Output;
}

/** Standard output carries the product; progress and warnings go to standard error. */
export interface Output {
  readonly write: (text: string) => void;
  /** Writes a file's content, however large. */
  readonly copy: (path: string) => Promise<void>;
  readonly warn: (line: string) => void;
  /** Only with `--verbose`. */
  readonly note: (line: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly color: boolean;
  /** Asks a yes/no question; undefined where nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}
