import { html, source, type Content } from './html.ts';
import { inlineStyle, type Inline } from './inline.ts';

export interface Page {
  readonly title: string;
  readonly css: string;
  readonly body: Content;
  /** In the order in which they run, after the body. */
  readonly scripts: readonly Inline[];
}

/** One file that asks for nothing from anywhere: it may do only what the policy in its head names. */
export function renderPage({ title, css, body, scripts }: Page): string {
  const style = inlineStyle(css);
  const policy = [
    `default-src 'none'`,
    `style-src ${style.allowed}`,
    `script-src ${scripts.length === 0 ? `'none'` : scripts.map(({ allowed }) => allowed).join(' ')}`,
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${style.element}
      </head>
      <body>
        ${body} ${scripts.map(({ element }) => element)}
      </body>
    </html> `;
  return `${source(page).trimEnd()}\n`;
}
