import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkedSeries } from '../../../../src/collectors/prometheus/remote-read/chunked-series.ts';
import { CorruptStream, UnreadEncoding } from '../../../../src/collectors/prometheus/remote-read/corrupt.ts';
import { crc32c } from '../../../../src/collectors/prometheus/remote-read/crc32c.ts';
import { FrameReader } from '../../../../src/collectors/prometheus/remote-read/frames.ts';
import type { Labels, SeriesSink } from '../../../../src/collectors/prometheus/series.ts';
import { chunkOf, frame, framesOf, xorChunk, type Sample } from './encode.ts';

interface Read {
  readonly labels: Labels;
  readonly samples: Sample[];
}

function collecting(): { readonly sink: SeriesSink; readonly series: Read[]; readonly runs: () => number } {
  const series: Read[] = [];
  let runs = 0;
  const sink: SeriesSink = {
    begin: (labels) => void series.push({ labels, samples: [] }),
    run(time, step, count, value) {
      runs += 1;
      for (let at = 0; at < count; at += 1) series.at(-1)?.samples.push({ time: time + at * step, value });
    },
  };
  return { sink, series, runs: () => runs };
}

/** Decodes a stream that comes in pieces of some length. */
function decode(frames: readonly Uint8Array[], { from = 0, to = Number.MAX_SAFE_INTEGER, piece = 1000 } = {}) {
  const { sink, series, runs } = collecting();
  const chunked = new ChunkedSeries(sink, from, to);
  const reader = new FrameReader((bytes, start, end) => chunked.frame(bytes, start, end));
  const stream = Buffer.concat(frames);
  for (let at = 0; at < stream.length; at += piece) reader.push(stream.subarray(at, at + piece));
  reader.end();
  chunked.end();
  return { series, runs: runs(), leftOut: chunked.leftOut };
}

const up = { __name__: 'up', job: 'a' };

describe('crc32c', () => {
  it('is the one of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'), 0, 9)).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255), 0, 32)).toBe(0x62a8ab43);
  });
});

describe('chunks', () => {
  it('decodes one that Prometheus has written', () => {
    // Three samples 15 s apart, values 1, 1, 2: written by hand from the description of the format.
    const data = xorChunk([
      { time: 1_000, value: 1 },
      { time: 16_000, value: 1 },
      { time: 31_000, value: 2 },
    ]);
    expect([...data.subarray(0, 4)]).toEqual([0, 3, 0xd0, 0x0f]);
    const { series } = decode([frame(up, [{ first: 1_000, last: 31_000, data }])]);
    expect(series).toEqual([
      {
        labels: up,
        samples: [
          { time: 1_000, value: 1 },
          { time: 16_000, value: 1 },
          { time: 31_000, value: 2 },
        ],
      },
    ]);
  });

  it('gives any samples back, to the bit, however the stream is cut', () => {
    const steps = fc.array(
      fc.record({ step: fc.oneof(fc.constant(60_000), fc.integer({ min: 1, max: 3_000_000 }), fc.constant(5_000_000_000)), value: values() }),
      {
        minLength: 1,
        maxLength: 500,
      },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5 }), (given, piece, chunksAFrame) => {
        let time = 1_700_000_000_000;
        const samples = given.map(({ step, value }) => ({ time: (time += step), value }));
        expect(decode(framesOf(up, samples, chunksAFrame), { piece }).series[0]?.samples).toEqual(samples);
      }),
      { numRuns: 60 },
    );
  });

  it('passes on equal values at even steps as one run', () => {
    const samples = Array.from({ length: 120 }, (_, at) => ({ time: 60_000 * at, value: 7 }));
    const { series, runs } = decode([frame(up, [chunkOf(samples)])]);
    expect(series[0]?.samples).toEqual(samples);
    expect(runs).toBe(1);
  });

  it('passes on what lies in the range alone, of runs as well', () => {
    const samples = Array.from({ length: 100 }, (_, at) => ({ time: 60_000 * at, value: at < 50 ? 7 : at }));
    const { series } = decode([frame(up, [chunkOf(samples)])], { from: 60_000 * 10 + 1, to: 60_000 * 60 });
    expect(series[0]?.samples).toEqual(samples.slice(11, 60));
  });

  it('leaves out stale markers, and counts other values that are no numbers', () => {
    const samples = [1, 2, 3, 4, 5].map((at) => ({ time: at * 1000, value: at === 3 ? Number.NaN : at === 4 ? Number.POSITIVE_INFINITY : at }));
    const { series, leftOut } = decode([frame(up, [chunkOf(samples, new Set([2000]))])]);
    expect(series[0]?.samples).toEqual([
      { time: 1000, value: 1 },
      { time: 5000, value: 5 },
    ]);
    expect(leftOut).toEqual({ stale: 1, unreadable: 2 });
  });

  it('puts a series together that spans frames', () => {
    const samples = Array.from({ length: 1000 }, (_, at) => ({ time: 15_000 * at, value: Math.sin(at) }));
    const { series } = decode([...framesOf(up, samples, 1), ...framesOf({ ...up, job: 'b' }, samples, 2)]);
    expect(series.map(({ labels, samples: read }) => [labels['job'], read.length])).toEqual([
      ['a', 1000],
      ['b', 1000],
    ]);
  });

  it('merges chunks that overlap, each time once', () => {
    const samples = Array.from({ length: 200 }, (_, at) => ({ time: 1000 * at, value: at / 7 }));
    const chunks = [chunkOf(samples.slice(0, 120)), chunkOf(samples.slice(0, 120)), chunkOf(samples.slice(60, 150)), chunkOf(samples.slice(140))];
    expect(decode([frame(up, chunks)]).series[0]?.samples).toEqual(samples);
  });

  it('does not read encodings that it does not know', () => {
    expect(() => decode([frame(up, [{ ...chunkOf([{ time: 1, value: 1 }]), encoding: 2 }])])).toThrow(UnreadEncoding);
  });
});

describe('a damaged stream', () => {
  const frames = framesOf(
    up,
    Array.from({ length: 500 }, (_, at) => ({ time: 60_000 * at, value: at * 1.1 })),
    2,
  );
  const whole = Buffer.concat(frames);

  it('is never believed: a bit that flipped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        expect(() => decode([damaged])).toThrow(CorruptStream);
      }),
      { numRuns: 200 },
    );
  });

  it('is never believed: an end in the middle of a frame', () => {
    const ends = new Set(frames.map((_, at) => frames.slice(0, at).reduce((sum, { length }) => sum + length, 0)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: whole.length - 1 }).filter((at) => !ends.has(at)),
        (at) => {
          expect(() => decode([whole.subarray(0, at)])).toThrow(CorruptStream);
        },
      ),
    );
  });

  it('is never believed: an error in plain text behind what was sent', () => {
    expect(() => decode([...frames, new TextEncoder().encode('expanding series: context deadline exceeded\n')])).toThrow(CorruptStream);
  });

  it('does not read beyond a chunk that says it has more samples', () => {
    const chunk = chunkOf([{ time: 1000, value: 1.5 }]);
    const data = Uint8Array.from(chunk.data);
    data[1] = 200;
    expect(() => decode([frame(up, [{ ...chunk, data }])])).toThrow(CorruptStream);
  });
});

function values(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constant(0),
    fc.constant(1),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(-0).map(() => 0.1),
  );
}
