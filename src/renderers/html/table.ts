import type { Cell, Column, Line, Table } from '../table.ts';
import { html, type Html, nothing } from './html.ts';

/** The table in a container of its own that scrolls where the page is narrow. `sorted` is the column that it is in order of. */
export function renderTable({ caption, columns, lines }: Table, sorted?: string): Html {
  const rows = (kinds: readonly Line['kind'][]): readonly Html[] => lines.filter(({ kind }) => kinds.includes(kind)).map((line) => renderLine(line, columns));
  // What sums up others is no row to sort: it stays at the foot.
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="${sorted === undefined ? 'fixed' : 'sortable'}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => renderHeading(column, sorted))}
        </tr>
      </thead>
      <tbody>
        ${rows(['row'])}
      </tbody>
      <tfoot>
        ${rows(['others', 'total'])}
      </tfoot>
    </table>
  </div>`;
}

function renderHeading({ heading, kind }: Column, sorted: string | undefined): Html {
  return html`<th scope="col" class="${kind}" aria-sort="${heading === sorted ? 'descending' : 'none'}">${heading}</th>`;
}

function renderLine({ kind, cells }: Line, columns: readonly Column[]): Html {
  return html`<tr class="${kind}">
    ${cells.map((cell, at) => (at === 0 ? renderName(cell) : renderCell(cell, columns[at]?.kind ?? 'text')))}
  </tr>`;
}

function renderName({ text, nameless }: Cell): Html {
  return html`<th scope="row" class="${nameless === true ? 'nameless' : 'name'}">${breakable(text)}</th>`;
}

/** A path is broken behind its slashes, where a page is narrow. */
function breakable(text: string): readonly Html[] {
  return text.split(/(?<=\/)/).map((part, at) => (at === 0 ? html`${part}` : html`<wbr />${part}`));
}

function renderCell({ text, value }: Cell, kind: Column['kind']): Html {
  if (value === undefined) return html`<td class="${kind}">${text}</td>`;
  return html`<td class="${kind}" data-value="${value ?? ''}">${kind === 'share' ? html`${bar(value)}<span>${text}</span>` : text}</td>`;
}

/** The share drawn; as the policy forbids style attributes, by attributes of SVG. */
function bar(share: number | null): Html {
  if (share === null) return nothing;
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="6" />
    <rect width="${width}" height="6" />
  </svg>`;
}
