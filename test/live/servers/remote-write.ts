/** Samples of a series. NaN stands for the stale marker, with which a scrape says that the series is gone. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, ascending. */
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

const AT_ONCE = 20_000;
const WINDOW = 2 * 3_600_000;
const STALE_NAN = 0x7ff0000000000002n;

/** Sends series by Prometheus' remote write 1.0, in the order in which scrapes would have brought them, as far as it matters to the server. */
export async function remoteWrite(url: string, series: readonly Series[]): Promise<number> {
  const cursors = series.map((one) => ({ ...one, encodedLabels: encodeLabels(one.labels), at: 0 }));
  let first = Infinity;
  let last = -Infinity;
  for (const { times } of series) {
    first = Math.min(first, times[0] ?? Infinity);
    last = Math.max(last, times[times.length - 1] ?? -Infinity);
  }
  let sent = 0;
  let held: Buffer[] = [];
  let samples = 0;
  const flush = async (): Promise<void> => {
    await post(url, Buffer.concat(held));
    sent += samples;
    held = [];
    samples = 0;
  };
  for (let end = first + WINDOW; end < last + WINDOW + 1; end += WINDOW) {
    for (const cursor of cursors) {
      const from = cursor.at;
      while (cursor.at < cursor.times.length && (cursor.times[cursor.at] ?? Infinity) < end) cursor.at += 1;
      if (cursor.at === from) continue;
      held.push(encodeSeries(cursor.encodedLabels, cursor, from, cursor.at));
      samples += cursor.at - from;
      if (samples >= AT_ONCE) await flush();
    }
  }
  if (samples > 0) await flush();
  return sent;
}

async function post(url: string, message: Buffer): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' };
  const answer = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body: new Uint8Array(snappy(message)) });
  if (!answer.ok) throw new Error(`remote write: ${answer.status} ${await answer.text()}`);
}

/** `repeated Label labels = 1` of a TimeSeries: name is field 1, value 2. Sorted by name, as the protocol asks; an empty one is none. */
function encodeLabels(labels: Readonly<Record<string, string>>): Buffer {
  const given = Object.entries(labels).filter(([, value]) => value !== '');
  const sorted = given.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(sorted.map(([name, value]) => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))));
}

/** Bytes of a sample's time, as a varint: six from 2004 to 2109. */
const TIME = 6;
const SAMPLE = 1 + 8 + 1 + TIME;

/** `repeated TimeSeries timeseries = 1` of a WriteRequest, with `repeated Sample samples = 2`: value is field 1, a double, and time field 2. */
function encodeSeries(labels: Buffer, { times, values }: Series, from: number, to: number): Buffer {
  const samples = Buffer.alloc((to - from) * (2 + SAMPLE));
  let at = 0;
  for (let index = from; index < to; index += 1) {
    samples[at] = 0x12;
    samples[at + 1] = SAMPLE;
    samples[at + 2] = 0x09;
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) samples.writeBigUInt64LE(STALE_NAN, at + 3);
    else samples.writeDoubleLE(value, at + 3);
    samples[at + 11] = 0x10;
    let time = times[index] ?? 0;
    for (let byte = 0; byte < TIME; byte += 1) {
      samples[at + 12 + byte] = (time % 128) + (byte < TIME - 1 ? 128 : 0);
      time = Math.floor(time / 128);
    }
    at += 2 + SAMPLE;
  }
  return field(1, Buffer.concat([labels, samples]));
}

/** A length-delimited field of protobuf. */
const field = (number: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([number * 8 + 2]), varint(content.length), content]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const LITERAL = 65_536;

/** Snappy's block format, all of it literals: valid, and not a byte shorter. */
function snappy(content: Buffer): Buffer {
  const pieces = [varint(content.length)];
  for (let at = 0; at < content.length; at += LITERAL) {
    const literal = content.subarray(at, at + LITERAL);
    const tag = Buffer.from([61 * 4, (literal.length - 1) % 256, Math.floor((literal.length - 1) / 256)]);
    pieces.push(tag, literal);
  }
  return Buffer.concat(pieces);
}
