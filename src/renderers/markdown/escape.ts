import { printable } from '../../io/printable.ts';

/** Text in which nothing is markup, in a paragraph and in a cell of a pipe table. */
export function escape(text: string): string {
  return (
    printable(text)
      .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
      // GitHub reads $x$ as a formula; an amount opens none.
      .replaceAll(/\$(?![\d&])/g, String.raw`\$$`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // GitHub turns a bare address into a link.
      .replaceAll('://', String.raw`\://`)
      .replaceAll(/\bwww\./gi, (found) => found.replace('.', String.raw`\.`))
  );
}
