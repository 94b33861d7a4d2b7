/**
 * Text of a vendor as one line that moves no cursor: escape sequences would repaint the reader's terminal, and
 * marks that turn the direction of writing would make a line look like another.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\t\n\r\v\f\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
