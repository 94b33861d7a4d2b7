/** The stream is not what a server sent: cut short, or changed on its way. It is read again, and never believed. */
export class CorruptStream extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CorruptStream';
  }
}

/** Chunks in an encoding that is not read here (native histograms, XOR2, ...): samples are asked for in another way. */
export class UnreadEncoding extends Error {
  readonly encoding: number;

  constructor(encoding: number) {
    super(`chunks of encoding ${encoding}`);
    this.name = 'UnreadEncoding';
    this.encoding = encoding;
  }
}
