import { CorruptStream } from './corrupt.ts';
import { crc32c } from './crc32c.ts';

/** Servers make frames of about 1 MiB, a little more where one chunk does not fit: a longer one is a damaged length. */
const MAX_FRAME = 64 * 1024 * 1024;
const CRC = 4;

/** What is in a frame: bytes [start, end) of a buffer that is good until the call returns. */
type OnFrame = (bytes: Uint8Array, start: number, end: number) => void;

/** Cuts a stream of bytes, in whatever pieces it comes, into frames: length (uvarint), CRC-32C (big-endian), content. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  /** The begin of a frame that has not come whole. */
  #held = new Uint8Array(0);
  #length = 0;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** @throws CorruptStream */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (this.#length > 0 && rest.length > 0) {
      const missing = this.#missing();
      const taken = rest.subarray(0, missing);
      this.#hold(taken);
      rest = rest.subarray(taken.length);
      if (taken.length === missing && this.#read(this.#held, this.#length) > 0) this.#length = 0;
    }
    const done = this.#read(rest, rest.length);
    if (done < rest.length) this.#hold(rest.subarray(done));
  }

  /** @throws CorruptStream where the stream ended inside of a frame */
  end(): void {
    if (this.#length > 0) throw new CorruptStream('the answer was cut off');
  }

  /** How many bytes to hold on to until there may be a frame: one more, or as many as its head says. */
  #missing(): number {
    const head = frameHead(this.#held, this.#length);
    return head === undefined ? 1 : Math.max(1, head.end - this.#length);
  }

  /** Gives out all whole frames. Returns where they end. */
  #read(bytes: Uint8Array, length: number): number {
    let at = 0;
    for (;;) {
      const head = frameHead(bytes.subarray(at, length), length - at);
      if (head === undefined || at + head.end > length) return at;
      const content = at + head.start;
      const crc = new DataView(bytes.buffer, bytes.byteOffset + content - CRC, CRC).getUint32(0);
      if (crc !== crc32c(bytes, content, at + head.end)) throw new CorruptStream('the answer was damaged on its way (checksum)');
      this.#onFrame(bytes, content, at + head.end);
      at += head.end;
    }
  }

  #hold(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#held.length) {
      const grown = new Uint8Array(Math.max((this.#length + bytes.length) * 2, 65_536));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}

/** Where the frame's content begins and ends, or undefined while its length has not come whole. */
function frameHead(bytes: Uint8Array, length: number): { readonly start: number; readonly end: number } | undefined {
  let size = 0;
  let unit = 1;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    size += (byte & 127) * unit;
    unit *= 128;
    if (size > MAX_FRAME || at > 4) throw new CorruptStream('the answer was damaged on its way (length of a frame)');
    if (byte < 128) return { start: at + 1 + CRC, end: at + 1 + CRC + size };
  }
  return undefined;
}
