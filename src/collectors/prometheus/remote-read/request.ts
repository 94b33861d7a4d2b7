/** What a series' label must be. */
export interface Matcher {
  readonly type: '=' | '!=' | '=~' | '!~';
  readonly name: string;
  readonly value: string;
}

/** One of the queries of a request. Milliseconds, both included. */
export interface ReadQuery {
  readonly start: number;
  readonly end: number;
  readonly matchers: readonly Matcher[];
}

const TYPES = { '=': 0, '!=': 1, '=~': 2, '!~': 3 } as const;
const STREAMED_XOR_CHUNKS = 1;

/** A `prometheus.ReadRequest` that asks for streamed chunks, as snappy. */
export function readRequest(queries: readonly ReadQuery[]): Uint8Array {
  const messages = queries.map(({ start, end, matchers }) =>
    field(
      1,
      join([
        number(1, start),
        number(2, end),
        ...matchers.map(({ type, name, value }) => field(3, join([number(1, TYPES[type]), text(2, name), text(3, value)]))),
        field(4, join([number(4, end), number(3, start)])),
      ]),
    ),
  );
  return snappyLiterals(join([...messages, number(2, STREAMED_XOR_CHUNKS)]));
}

/** Snappy's block format without any compression, which requests are too small for. */
function snappyLiterals(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const literal = bytes.subarray(at, at + 0x10000);
    const length = literal.length - 1;
    parts.push(Uint8Array.of(61 << 2, length & 255, length >>> 8), literal);
  }
  return join(parts);
}

const encoder = new TextEncoder();

const text = (id: number, value: string): Uint8Array => field(id, encoder.encode(value));
const field = (id: number, bytes: Uint8Array): Uint8Array => join([varint(id * 8 + 2), varint(bytes.length), bytes]);
const number = (id: number, value: number): Uint8Array => join([varint(id * 8), varint(value)]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
