import type { Labels } from '../series.ts';
import type { Wire } from './wire.ts';

const LABEL = 10;

/** Reads the labels at the head of a series. A series that goes on from the frame before gives the same object again. */
export class LabelReader {
  #last = Buffer.alloc(0);
  #labels: Labels = {};
  /** Names and values of most labels come again and again. */
  readonly #texts = new Map<number, { readonly bytes: Buffer; readonly text: string }>();

  /** Leaves the wire behind the labels. */
  read(wire: Wire): Labels {
    const start = wire.at;
    const places: number[] = [];
    while (wire.at < wire.end && wire.bytes[wire.at] === LABEL) {
      wire.at += 1;
      const end = wire.span();
      while (wire.at < end) {
        const tag = wire.varint();
        const stop = wire.span();
        places.push(tag, wire.at, stop);
        wire.at = stop;
      }
    }
    const bytes = Buffer.from(wire.bytes.buffer, wire.bytes.byteOffset, wire.bytes.byteLength);
    const head = bytes.subarray(start, wire.at);
    if (head.length === this.#last.length && head.equals(this.#last)) return this.#labels;
    this.#last = Buffer.from(head);
    const labels: Record<string, string> = {};
    let name = '';
    for (let at = 0; at < places.length; at += 3) {
      const text = this.#text(bytes, places[at + 1] ?? 0, places[at + 2] ?? 0);
      if (places[at] === NAME) name = text;
      else if (places[at] === VALUE) labels[name] = text;
    }
    this.#labels = labels;
    return labels;
  }

  #text(bytes: Buffer, start: number, end: number): string {
    if (end - start > 48) return bytes.toString('utf8', start, end);
    let hash = end - start;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#texts.get(hash);
    if (known !== undefined && known.bytes.length === end - start && known.bytes.compare(bytes, start, end) === 0) return known.text;
    const text = bytes.toString('utf8', start, end);
    if (this.#texts.size < MAX_TEXTS) this.#texts.set(hash, { bytes: Buffer.from(bytes.subarray(start, end)), text });
    return text;
  }
}

const NAME = 10;
const VALUE = 18;
const MAX_TEXTS = 4096;
