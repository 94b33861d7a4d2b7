import type { Labels } from '../series.ts';
import type { Wire } from './wire.ts';

const LABEL = 10;

/**
 * Reads the labels at the head of a series. A series that goes on from the frame before gives the same object again.
 * Series come in order, so that most names and values are those of the series before: a hot loop, for there are tens of thousands of series a day.
 */
export class LabelReader {
  #last = new Uint8Array(512);
  #length = 0;
  #labels: Labels = {};
  /** Of the series before: names and values, and where in `#last` each begins and ends. */
  #pieces: string[] = [];
  #places: number[] = [];
  /** Names and values of most labels come again and again. */
  readonly #texts = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();

  /** Leaves the wire behind the labels. */
  read(wire: Wire): Labels {
    const { bytes } = wire;
    const start = wire.at;
    const places: number[] = [];
    const tags: number[] = [];
    while (wire.at < wire.end && bytes[wire.at] === LABEL) {
      wire.at += 1;
      const end = wire.span();
      while (wire.at < end) {
        tags.push(wire.varint());
        const stop = wire.span();
        places.push(wire.at - start, stop - start);
        wire.at = stop;
      }
    }
    const length = wire.at - start;
    if (length === this.#length && isSame(bytes, start, this.#last, 0, length)) return this.#labels;
    const pieces: string[] = [];
    const labels: Record<string, string> = {};
    let name = '';
    for (let at = 0; at < tags.length; at += 1) {
      const text = this.#text(at, bytes, start + (places[at * 2] ?? 0), start + (places[at * 2 + 1] ?? 0));
      pieces.push(text);
      if (tags[at] === NAME) name = text;
      else if (tags[at] === VALUE) labels[name] = text;
    }
    if (length > this.#last.length) this.#last = new Uint8Array(length * 2);
    for (let at = 0; at < length; at += 1) this.#last[at] = bytes[start + at] ?? 0;
    this.#length = length;
    this.#pieces = pieces;
    this.#places = places;
    this.#labels = labels;
    return labels;
  }

  #text(piece: number, bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    const [from = 0, to = 0] = [this.#places[piece * 2], this.#places[piece * 2 + 1]];
    const before = this.#pieces[piece];
    if (before !== undefined && to - from === length && isSame(bytes, start, this.#last, from, length)) return before;
    if (length > 48) return decode(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#texts.get(hash);
    if (known !== undefined && known.bytes.length === length && isSame(bytes, start, known.bytes, 0, length)) return known.text;
    const text = decode(bytes, start, end);
    if (this.#texts.size < MAX_TEXTS) this.#texts.set(hash, { bytes: bytes.slice(start, end), text });
    return text;
  }
}

function isSame(bytes: Uint8Array, start: number, others: Uint8Array, from: number, length: number): boolean {
  // The ends differ more often than the beginnings.
  for (let at = length - 1; at >= 0; at -= 1) if (bytes[start + at] !== others[from + at]) return false;
  return true;
}

const decode = (bytes: Uint8Array, start: number, end: number): string => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');

const NAME = 10;
const VALUE = 18;
const MAX_TEXTS = 4096;
