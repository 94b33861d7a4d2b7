import { createRequire } from 'node:module';
import type * as StringWidth from 'string-width';

/** Characters that every terminal draws one column wide: Latin, dashes, the ellipsis, box lines, currencies. */
const SINGLE = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2026\u2500-\u257f\u20a0-\u20bf]*$/;

let stringWidth: ((text: string) => number) | undefined;

/** Columns that a text takes in a terminal. */
export function width(text: string): number {
  if (SINGLE.test(text)) return text.length;
  stringWidth ??= loadStringWidth();
  return stringWidth(text);
}

/** Only when it is needed: loading it takes longer (45 ms) than rendering, and most bills are plain ASCII. */
function loadStringWidth(): (text: string) => number {
  const { default: load }: typeof StringWidth = createRequire(import.meta.url)('string-width');
  return load;
}

const graphemes = new Intl.Segmenter();

/** The text, cut with an ellipsis where it is wider than `columns`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (width(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Lines of at most `columns`, broken between words; a longer word is broken where it must be. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, columns))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (width(longer) > columns) lines.push(line);
    line = width(longer) > columns ? word : longer;
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  if (width(word) <= columns) return [word];
  const found = [''];
  for (const { segment } of graphemes.segment(word)) {
    const last = found.length - 1;
    const longer = `${found[last]}${segment}`;
    if (width(longer) > columns) found.push(segment);
    else found[last] = longer;
  }
  return found;
}
