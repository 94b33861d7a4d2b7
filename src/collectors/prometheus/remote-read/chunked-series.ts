import type { Labels, SeriesSink } from '../series.ts';
import type { Stretch } from '../selection.ts';
import { UnreadEncoding } from './corrupt.ts';
import { LabelReader } from './label-reader.ts';
import { mergeSamples } from './overlaps.ts';
import { Wire } from './wire.ts';
import { decodeXor, LOOK_AHEAD, type LeftOut } from './xor.ts';

const XOR = 1;
const SERIES = 10;
const QUERY = 16;

/** Which of the request's queries a frame answers; it is said behind the series. */
function queryOf(bytes: Uint8Array, start: number, end: number): number {
  const wire = new Wire(bytes, start, end);
  let query = 0;
  while (wire.at < end) {
    const tag = wire.varint();
    if (tag === QUERY) query = wire.varint();
    else wire.skip(tag);
  }
  return query;
}

/** Puts the series together that come in frames (`prometheus.ChunkedReadResponse`), and decodes each when it is whole. */
export class ChunkedSeries {
  readonly leftOut: LeftOut = { stale: 0, unreadable: 0 };
  readonly #sink: SeriesSink;
  readonly #whole: Stretch;
  readonly #within: readonly (Stretch | undefined)[];
  /** Of the query that is answered. */
  #from: number;
  #to: number;
  #query = 0;
  readonly #labels = new LabelReader();

  /** Chunks of the series that goes on: their bytes one behind the other, and of each: first and last time, begin and end. */
  #bytes = new Uint8Array(65_536);
  #length = 0;
  #chunks: number[] = [];
  #current: Labels | undefined;

  /** Passes on samples in [from, to), milliseconds; of each query, in the order of the request, `within` may say otherwise. */
  constructor(sink: SeriesSink, from: number, to: number, within: readonly (Stretch | undefined)[] = []) {
    this.#sink = sink;
    this.#whole = { start: from, end: to };
    this.#within = within;
    this.#from = within[0]?.start ?? from;
    this.#to = within[0]?.end ?? to;
  }

  /** @throws CorruptStream or UnreadEncoding */
  frame(bytes: Uint8Array, start: number, end: number): void {
    this.#answers(queryOf(bytes, start, end));
    const wire = new Wire(bytes, start, end);
    while (wire.at < end) {
      const tag = wire.varint();
      if (tag === SERIES) this.#series(wire, wire.span());
      else wire.skip(tag);
    }
  }

  #answers(query: number): void {
    if (query === this.#query) return;
    // The next query may begin with the same series, of another time.
    this.end();
    this.#query = query;
    const { start, end } = this.#within[query] ?? this.#whole;
    this.#from = start;
    this.#to = end;
  }

  /** The series that was the last is whole. */
  end(): void {
    if (this.#current !== undefined && this.#chunks.length > 0) this.#decode(this.#current);
    this.#current = undefined;
    this.#chunks = [];
    this.#length = 0;
  }

  #series(outer: Wire, end: number): void {
    const wire = new Wire(outer.bytes, outer.at, end);
    outer.at = end;
    const labels = this.#labels.read(wire);
    if (labels !== this.#current) {
      this.end();
      this.#current = labels;
    }
    while (wire.at < end) {
      const tag = wire.varint();
      if (tag === 18) this.#chunk(wire, wire.span());
      else wire.skip(tag);
    }
  }

  #chunk(outer: Wire, end: number): void {
    const wire = new Wire(outer.bytes, outer.at, end);
    outer.at = end;
    let first = 0;
    let last = 0;
    let encoding = 0;
    let begin = 0;
    let stop = 0;
    while (wire.at < end) {
      const tag = wire.varint();
      if (tag === 8) first = wire.varint();
      else if (tag === 16) last = wire.varint();
      else if (tag === 24) encoding = wire.varint();
      else if (tag === 34) {
        stop = wire.span();
        begin = wire.at;
        wire.at = stop;
      } else wire.skip(tag);
    }
    if (encoding !== XOR) throw new UnreadEncoding(encoding);
    if (first >= this.#to || last < this.#from) return;
    const size = stop - begin;
    if (this.#length + size + LOOK_AHEAD > this.#bytes.length) {
      const grown = new Uint8Array((this.#length + size) * 2 + LOOK_AHEAD);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(outer.bytes.subarray(begin, stop), this.#length);
    this.#chunks.push(first, last, this.#length, this.#length + size);
    this.#length += size;
  }

  #decode(labels: Labels): void {
    this.#sink.begin(labels);
    if (!this.#isOrdered()) {
      mergeSamples(this.#sink, (each) => this.#chunksInto(each));
      return;
    }
    this.#chunksInto(this.#sink);
  }

  #chunksInto(sink: SeriesSink): void {
    for (let at = 0; at < this.#chunks.length; at += 4) {
      decodeXor(this.#bytes, this.#chunks[at + 2] ?? 0, this.#chunks[at + 3] ?? 0, this.#from, this.#to, sink, this.leftOut);
    }
  }

  /** Whether each chunk begins after the end of the one before it: where writes came late, or copies of a store answer, they do not. */
  #isOrdered(): boolean {
    for (let at = 4; at < this.#chunks.length; at += 4) {
      if ((this.#chunks[at] ?? 0) <= (this.#chunks[at - 3] ?? 0)) return false;
    }
    return true;
  }
}
