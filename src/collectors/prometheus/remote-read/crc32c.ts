/** CRC-32C (Castagnoli), eight bytes at a time: it must not dominate the decoding of what it guards. */
const POLYNOMIAL = 0x82f63b78;

const [T0, T1, T2, T3, T4, T5, T6, T7] = tables();

export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  let at = start;
  for (const last = end - 8; at <= last; at += 8) {
    crc ^= at4(bytes, at);
    const next = at4(bytes, at + 4);
    crc =
      entry(T7, crc & 255) ^
      entry(T6, (crc >>> 8) & 255) ^
      entry(T5, (crc >>> 16) & 255) ^
      entry(T4, crc >>> 24) ^
      entry(T3, next & 255) ^
      entry(T2, (next >>> 8) & 255) ^
      entry(T1, (next >>> 16) & 255) ^
      entry(T0, next >>> 24);
  }
  for (; at < end; at += 1) crc = (crc >>> 8) ^ entry(T0, (crc ^ (bytes[at] ?? 0)) & 255);
  return ~crc >>> 0;
}

function entry(table: Int32Array, at: number): number {
  return table[at] ?? 0;
}

function at4(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

type Tables = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function tables(): Tables {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
  const after = (table: Int32Array): Int32Array => table.map((crc) => (crc >>> 8) ^ entry(first, crc & 255));
  const second = after(first);
  const third = after(second);
  const fourth = after(third);
  const fifth = after(fourth);
  const sixth = after(fifth);
  const seventh = after(sixth);
  return [first, second, third, fourth, fifth, sixth, seventh, after(seventh)];
}
