import type { Bytes, Cores } from './facts.ts';

/** An exact Kubernetes quantity: `digits` x 10^`exponent`. */
export interface Quantity {
  readonly digits: bigint;
  readonly exponent: number;
}

const SHAPE = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3}|)$/;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, bigint>> = { Ki: 1n << 10n, Mi: 1n << 20n, Gi: 1n << 30n, Ti: 1n << 40n, Pi: 1n << 50n, Ei: 1n << 60n };

/** More digits than any quantity has: the sums of a hostile one would take for ever. */
const MOST_CHARACTERS = 64;

/**
 * Reads a quantity in any form that Kubernetes has (`100m`, `0.1`, `1e3`, `1Ki`, `128974848000m`); undefined for what is none.
 * The forms are those of `k8s.io/apimachinery/pkg/api/resource`: `1E` is exa, `1E3` a thousand, `1K` is nothing.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = text.length > MOST_CHARACTERS ? null : SHAPE.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = match[4] ?? '', , suffix = ''] = match;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const binary = BINARY[suffix];
  const exponent = DECIMAL[suffix] ?? (binary === undefined ? Number(suffix.slice(1)) : 0);
  return { digits: digits * (binary ?? 1n), exponent: exponent - fraction.length };
}

/** The double that is nearest to it. */
export function quantityNumber({ digits, exponent }: Quantity): number {
  return Number(`${digits}e${exponent}`);
}

/** No machine has more. A quantity beyond is a mistake, not a measure. */
const MOST_CORES = 1_000_000;
/** Beyond this a number is no longer exact: 8 PiB. */
const MOST_BYTES = BigInt(Number.MAX_SAFE_INTEGER);

/** CPU; undefined for what is no quantity, negative, or absurd. */
export function parseCores(text: string): Cores | undefined {
  const quantity = parseQuantity(text);
  if (quantity === undefined || quantity.digits < 0n) return undefined;
  const cores = quantityNumber(quantity);
  return cores <= MOST_CORES ? (cores as Cores) : undefined;
}

/** Memory or storage, parts of a byte rounded up as Kubernetes does; undefined for what is no quantity, negative, or absurd. */
export function parseBytes(text: string): Bytes | undefined {
  const quantity = parseQuantity(text);
  if (quantity === undefined || quantity.digits < 0n) return undefined;
  const { digits, exponent } = quantity;
  if (quantityNumber(quantity) > Number.MAX_SAFE_INTEGER) return undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  const bytes = exponent >= 0 ? digits * scale : (digits + scale - 1n) / scale;
  return bytes <= MOST_BYTES ? (Number(bytes) as Bytes) : undefined;
}
