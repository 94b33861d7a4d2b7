import { crc32c } from '../../../../src/collectors/prometheus/remote-read/crc32c.ts';

/** What a server with remote_read sends, made by hand: for tests alone. */

export interface Sample {
  /** Milliseconds. */
  readonly time: number;
  readonly value: number;
}

class Bits {
  readonly #bits: number[] = [];

  write(value: bigint, count: number): void {
    for (let at = count - 1; at >= 0; at -= 1) this.#bits.push(Number((value >> BigInt(at)) & 1n));
  }

  bytes(): number[] {
    const bytes: number[] = [];
    for (let at = 0; at < this.#bits.length; at += 8) {
      let byte = 0;
      for (let bit = 0; bit < 8; bit += 1) byte = byte * 2 + (this.#bits[at + bit] ?? 0);
      bytes.push(byte);
    }
    return bytes;
  }
}

const STALE_BITS = 0x7ff0000000000002n;

/** A float of JavaScript does not keep which NaN it is: the stale marker is asked for. */
function bitsOf(value: number, isStale: boolean): bigint {
  if (isStale) return STALE_BITS;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

const CONTROLS = [
  { bits: 14n, prefix: 0b10n, length: 2 },
  { bits: 17n, prefix: 0b110n, length: 3 },
  { bits: 20n, prefix: 0b1110n, length: 4 },
] as const;

/** A chunk in Prometheus' XOR encoding. Samples whose time is in `stale` are stale markers. */
export function xorChunk(samples: readonly Sample[], stale: ReadonlySet<number> = new Set()): Uint8Array {
  const bits = new Bits();
  const varint = (value: bigint): void => {
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) bits.write((rest & 127n) | 128n, 8);
    bits.write(rest, 8);
  };
  let time = 0n;
  let step = 0n;
  let held = 0n;
  let window: Window | undefined;
  for (const [at, sample] of samples.entries()) {
    const now = BigInt(sample.time);
    const value = bitsOf(sample.value, stale.has(sample.time));
    if (at === 0) varint(now < 0n ? -now * 2n - 1n : now * 2n);
    else if (at === 1) varint(now - time);
    else writeChange(bits, now - time - step);
    if (at === 0) bits.write(value, 64);
    else window = writeDifference(bits, value ^ held, window);
    if (at > 0) step = now - time;
    time = now;
    held = value;
  }
  return Uint8Array.from([samples.length >> 8, samples.length & 255, ...bits.bytes()]);
}

/** The bits of a float that were written last: how many zeros led and trailed them. */
interface Window {
  readonly leading: number;
  readonly trailing: number;
}

function writeChange(bits: Bits, change: bigint): void {
  const control = CONTROLS.find((one) => change > -(1n << (one.bits - 1n)) && change <= 1n << (one.bits - 1n));
  if (change === 0n) {
    bits.write(0n, 1);
  } else if (control === undefined) {
    bits.write(0b1111n, 4);
    bits.write(BigInt.asUintN(64, change), 64);
  } else {
    bits.write(control.prefix, control.length);
    bits.write(BigInt.asUintN(Number(control.bits), change), Number(control.bits));
  }
}

function writeDifference(bits: Bits, difference: bigint, before: Window | undefined): Window | undefined {
  if (difference === 0n) {
    bits.write(0n, 1);
    return before;
  }
  const text = difference.toString(2).padStart(64, '0');
  const own = { leading: Math.min(31, text.indexOf('1')), trailing: 63 - text.lastIndexOf('1') };
  const isWithin = before !== undefined && own.leading >= before.leading && own.trailing >= before.trailing;
  const window = isWithin ? before : own;
  const length = 64 - window.leading - window.trailing;
  bits.write(isWithin ? 0b10n : 0b11n, 2);
  if (!isWithin) bits.write(BigInt(window.leading * 64 + (length % 64)), 11);
  bits.write(difference >> BigInt(window.trailing), length);
  return window;
}

export interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly data: Uint8Array;
  readonly encoding?: number;
}

export function chunkOf(samples: readonly Sample[], stale?: ReadonlySet<number>): Chunk {
  return { first: samples.at(0)?.time ?? 0, last: samples.at(-1)?.time ?? 0, data: xorChunk(samples, stale) };
}

/** One frame of the stream: a series with some of its chunks. */
export function frame(labels: Readonly<Record<string, string>>, chunks: readonly Chunk[], query = 0): Uint8Array {
  const series = [
    ...Object.entries(labels).flatMap(([name, value]) => bytesField(1, [...bytesField(1, utf8(name)), ...bytesField(2, utf8(value))])),
    ...chunks.flatMap(({ first, last, data, encoding = 1 }) =>
      bytesField(2, [...numberField(1, first), ...numberField(2, last), ...numberField(3, encoding), ...bytesField(4, [...data])]),
    ),
  ];
  const content = Uint8Array.from([...bytesField(1, series), ...numberField(2, query)]);
  const crc = crc32c(content, 0, content.length);
  return Uint8Array.from([...uvarint(content.length), crc >>> 24, (crc >>> 16) & 255, (crc >>> 8) & 255, crc & 255, ...content]);
}

/** A series as a server frames it: 120 samples a chunk, so many chunks a frame. */
export function framesOf(labels: Readonly<Record<string, string>>, samples: readonly Sample[], chunksAFrame = 12, query = 0): Uint8Array[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < samples.length; at += 120) chunks.push(chunkOf(samples.slice(at, at + 120)));
  const frames: Uint8Array[] = [];
  for (let at = 0; at < chunks.length; at += chunksAFrame) frames.push(frame(labels, chunks.slice(at, at + chunksAFrame), query));
  return frames;
}

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const bytesField = (id: number, content: readonly number[]): number[] => [id * 8 + 2, ...uvarint(content.length), ...content];
const numberField = (id: number, value: number): number[] => [id * 8, ...uvarint(value)];

function uvarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
