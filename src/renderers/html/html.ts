import { printable } from '../../io/printable.ts';

const markup: unique symbol = Symbol('markup');

/** Markup. Nothing that was read from outside can pass for it: the key does not leave this file. */
export interface Html {
  readonly [markup]: string;
}

export type Content = string | number | Html | readonly Content[];

/** A template whose every value is escaped, but for what is `Html` already. */
export function html(texts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return trusted(texts.reduce((text, next, at) => text + source(values[at - 1] ?? '') + next));
}

/** Text of our own that is markup. Never for what was read from outside. */
export function trusted(text: string): Html {
  return { [markup]: text };
}

export function source(content: Content): string {
  if (typeof content === 'string') return escape(content);
  if (typeof content === 'number') return String(content);
  return markup in content ? content[markup] : content.map(source).join('');
}

export const nothing: Html = trusted('');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
