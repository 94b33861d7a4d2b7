/** How a spreadsheet tells a formula: by its first character, at times behind white space; full-width forms count too. */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r])/;

/** Text that no spreadsheet runs. Numbers do not come here: they keep their sign. */
export function textCell(text: string | null): string | null {
  return text !== null && FORMULA.test(text) ? `'${text}` : text;
}
