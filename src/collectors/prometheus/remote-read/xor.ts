import type { SeriesSink } from '../series.ts';
import { CorruptStream } from './corrupt.ts';

/** What came with the samples, and was left out. */
export interface LeftOut {
  /** Markers that a series ended: no measurements. */
  stale: number;
  /** NaN and infinities. */
  unreadable: number;
}

/** Bytes that must be readable behind a chunk: the decoder looks ahead. */
export const LOOK_AHEAD = 16;

/** The two halves of a float, as integers and as the float itself. Little-endian, as all machines are that Node runs on. */
const HALVES = new Int32Array(2);
const FLOAT = new Float64Array(HALVES.buffer);

/**
 * Decodes a chunk of Prometheus' XOR encoding (Facebook's Gorilla): bytes [start, end) of `bytes`, of which samples in [from, to) are passed on.
 * The hot loop of this collector: no object, no BigInt, and equal values at even steps are skipped over a word at a time.
 * @throws CorruptStream where the chunk ends before its samples
 */
export function decodeXor(bytes: Uint8Array, start: number, end: number, from: number, to: number, sink: SeriesSink, leftOut: LeftOut): void {
  if (end - start < 2) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(start);
  if (count === 0) return;
  const last = end * 8;

  // The first sample: a zigzag varint and 64 bits; the second's time: a varint. All at whole bytes.
  let byteAt = start + 2;
  let time = 0;
  let unit = 1;
  for (;;) {
    const byte = bytes[byteAt] ?? 0;
    byteAt += 1;
    time += (byte & 127) * unit;
    unit *= 128;
    if (byte < 128) break;
    if (byteAt >= end) throw damaged();
  }
  time = time % 2 === 1 ? -(time + 1) / 2 : time / 2;
  if (byteAt + 8 > end) throw damaged();
  let high = view.getInt32(byteAt);
  let low = view.getInt32(byteAt + 4);
  byteAt += 8;
  let step = 0;
  if (count > 1) {
    unit = 1;
    for (;;) {
      const byte = bytes[byteAt] ?? 0;
      byteAt += 1;
      step += (byte & 127) * unit;
      unit *= 128;
      if (byte < 128) break;
      if (byteAt >= end) throw damaged();
    }
  }

  HALVES[0] = low;
  HALVES[1] = high;
  let value = FLOAT[0] ?? 0;
  let runTime = time;
  let runStep = 0;
  let runCount = 1;
  let at = byteAt * 8;
  let leading = 0;
  let meaningful = 0;
  let sampled = 1;
  while (sampled < count) {
    let word = peek(view, bytes, at);
    // Two zero bits are a sample like the one before: sixteen of them in a word. The second sample has its step already.
    let equal = sampled > 1 && word >= 0 ? Math.min(Math.clz32(word) >>> 1, count - sampled) : 0;
    at += equal * 2;
    if (equal === 0 && sampled > 1) {
      step += changeOf(word, view, bytes, at);
      at += lengthOf(word);
      word = peek(view, bytes, at);
    }
    if (equal === 0 && word < 0) {
      emit(sink, runTime, runStep, runCount, value, high, low, from, to, leftOut);
      time += step;
      sampled += 1;
      at += 2;
      if (word << 1 < 0) {
        leading = (word >>> 25) & 31;
        meaningful = (word >>> 19) & 63 || 64;
        at += 11;
      }
      // The meaningful bits, moved to where they belong by the zeros that lead them.
      const first = peek(view, bytes, at) & (meaningful < 32 ? -1 << (32 - meaningful) : -1);
      const second = meaningful > 32 ? peek(view, bytes, at + 32) & (-1 << (64 - meaningful)) : 0;
      high ^= first >>> leading;
      low ^= leading === 0 ? second : (first << (32 - leading)) | (second >>> leading);
      at += meaningful;
      if (at > last) throw damaged();
      HALVES[0] = low;
      HALVES[1] = high;
      value = FLOAT[0] ?? 0;
      runTime = time;
      runCount = 1;
      continue;
    }
    if (equal === 0) {
      at += 1;
      equal = 1;
    }
    if (at > last) throw damaged();
    if (runCount > 1 && runStep !== step) {
      emit(sink, runTime, runStep, runCount, value, high, low, from, to, leftOut);
      runTime = time + step;
      runCount = 0;
    }
    runStep = step;
    runCount += equal;
    time += equal * step;
    sampled += equal;
  }
  emit(sink, runTime, runStep, runCount, value, high, low, from, to, leftOut);
}

/** By how much the step between samples changes: 0, or one of four lengths. */
function changeOf(word: number, view: DataView, bytes: Uint8Array, at: number): number {
  if (word >= 0) return 0;
  if (word << 1 >= 0) return signed((word << 2) >>> 18, 14);
  if (word << 2 >= 0) return signed((word << 3) >>> 15, 17);
  if (word << 3 >= 0) return signed((word << 4) >>> 12, 20);
  return peek(view, bytes, at + 4) * 4294967296 + (peek(view, bytes, at + 36) >>> 0);
}

/** How many bits that takes. */
function lengthOf(word: number): number {
  if (word >= 0) return 1;
  if (word << 1 >= 0) return 16;
  if (word << 2 >= 0) return 20;
  return word << 3 >= 0 ? 24 : 68;
}

/** 32 bits at a place that is counted in bits. */
function peek(view: DataView, bytes: Uint8Array, at: number): number {
  const byte = at >>> 3;
  const shift = at & 7;
  return (view.getInt32(byte) << shift) | ((bytes[byte + 4] ?? 0) >>> (8 - shift));
}

/** A number of `bits` bits, of which the upper half is negative. */
function signed(value: number, bits: number): number {
  return value > 1 << (bits - 1) ? value - (1 << bits) : value;
}

const EXPONENT = 0x7ff00000;
const STALE = 2;

function emit(
  sink: SeriesSink,
  time: number,
  step: number,
  count: number,
  value: number,
  high: number,
  low: number,
  from: number,
  to: number,
  leftOut: LeftOut,
): void {
  let first = time;
  let many = count;
  if (count === 1) {
    if (time < from || time >= to) return;
  } else {
    if (first < from) {
      const before = Math.ceil((from - first) / step);
      first += before * step;
      many -= before;
    }
    if (first + (many - 1) * step >= to) many = Math.ceil((to - first) / step);
    if (many <= 0) return;
  }
  if ((high & EXPONENT) === EXPONENT) {
    if (high === EXPONENT && low === STALE) leftOut.stale += many;
    else leftOut.unreadable += many;
    return;
  }
  sink.run(first, step, many, value);
}

const damaged = (): CorruptStream => new CorruptStream('the answer is damaged (a chunk ends before its samples)');
