/** A table; `|` and line ends in cells are escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

/** Begin and end of a generated block. The formatter leaves alone what stands between. */
const begin = (name: string): string => `<!-- oxfmt-ignore-start -->\n<!-- generated: ${name} -->\n`;
const END = '<!-- end -->\n<!-- oxfmt-ignore-end -->';
const BLOCK = /<!-- oxfmt-ignore-start -->\n<!-- generated: ([\w-]+) -->\n[\s\S]*?<!-- end -->\n<!-- oxfmt-ignore-end -->/g;

/** The names of the generated blocks of a page, in order. */
export function blocksOf(page: string): string[] {
  return [...page.matchAll(BLOCK)].flatMap(([, name]) => name ?? []);
}

/** The page with each of its generated blocks made anew. @throws Error if it has one that nothing generates */
export function withBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return page.replaceAll(BLOCK, (_, name: string) => {
    const content = blocks[name];
    if (content === undefined) throw new Error(`nothing generates the block ${name}`);
    return `${begin(name)}\n${content}\n\n${END}`;
  });
}

/** The lines of a page's fenced blocks of a language. */
export function fencedLines(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].flatMap(([, text = '']) => text.split('\n'));
}
