import { CorruptStream } from './corrupt.ts';

/** A place in a protobuf message: fields are read one after another. */
export class Wire {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** An unsigned varint, exact below 2^53. */
  varint(): number {
    let value = 0;
    let unit = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.at >= this.end) break;
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
    throw new CorruptStream('the answer is damaged (a number)');
  }

  /** Goes over a field's length, and returns where the field ends. */
  span(): number {
    const length = this.varint();
    if (this.at + length > this.end) throw new CorruptStream('the answer is damaged (length of a field)');
    return this.at + length;
  }

  /** Goes over a field that is not read, given its tag. */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === 0) this.varint();
    else if (type === 2) this.at = this.span();
    else if (type === 1 || type === 5) this.at += type === 1 ? 8 : 4;
    else throw new CorruptStream('the answer is damaged (a field)');
  }
}
