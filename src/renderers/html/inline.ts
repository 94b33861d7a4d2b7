import { createHash } from 'node:crypto';
import { type Html, trusted } from './html.ts';

/** Something that lies in the page itself, and the source expression by which the content security policy allows it. */
export interface Inline {
  readonly element: Html;
  readonly allowed: string;
}

// Plain templates: not a space may come between the tags and a text that is hashed.

export function inlineStyle(css: string): Inline {
  return { element: trusted(`<style>${css}</style>`), allowed: hash(css) };
}

export function inlineScript(script: string): Inline {
  // Browsers hash the text with these line ends; and the text must not end its own element.
  const text = script.replaceAll(/\r\n?/g, '\n').replaceAll(/<(?=\/script|!--)/gi, String.raw`\x3c`);
  return { element: trusted(`<script>${text}</script>`), allowed: hash(text) };
}

/** Data for a script. Browsers do not run it, so no policy needs to allow it. `id` is one of ours. */
export function inlineData(id: string, data: unknown): Html {
  return trusted(`<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', String.raw`\u003c`)}</script>`);
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
