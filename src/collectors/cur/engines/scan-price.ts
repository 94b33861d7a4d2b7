/**
 * What Athena asks for reading: $5.00 per TB, rounded up to the nearest megabyte, at least 10 MB a query, also where it was cancelled; nothing where it failed.
 * https://aws.amazon.com/athena/pricing/, SQL queries, US East (N. Virginia), as of 2026-08. A few regions ask more, and capacity that is reserved is paid by the hour instead.
 */
const SCAN_PRICE = { perTerabyte: 5, asOf: '2026-08', source: 'https://aws.amazon.com/athena/pricing/' } as const;

const MEGABYTE = 1024 ** 2;
const TERABYTE = 1024 ** 4;
const LEAST = 10 * MEGABYTE;

/** What has been read for queries. */
export interface Scanned {
  readonly queries: number;
  readonly bytes: number;
  /** Bytes that are paid for. */
  readonly paid: number;
}

/** @param queries bytes that each has read */
export function scannedBy(queries: readonly number[]): Scanned {
  return {
    queries: queries.length,
    bytes: queries.reduce((sum, bytes) => sum + bytes, 0),
    paid: queries.reduce((sum, bytes) => sum + Math.max(LEAST, Math.ceil(bytes / MEGABYTE) * MEGABYTE), 0),
  };
}

/** In US dollars. */
export const scanPrice = ({ paid }: Scanned): number => (paid / TERABYTE) * SCAN_PRICE.perTerabyte;

export function describeScan(title: string, scanned: Scanned): string {
  const cost = scanPrice(scanned);
  const shown = cost < 0.01 ? 'less than $0.01' : `about $${cost.toFixed(2)}`;
  return `${title}: ${scanned.queries} ${scanned.queries === 1 ? 'query' : 'queries'} read ${gigabytes(scanned.bytes)}: ${shown} ($${SCAN_PRICE.perTerabyte} per TB as of ${SCAN_PRICE.asOf}, ${SCAN_PRICE.source})`;
}

function gigabytes(bytes: number): string {
  return bytes < 0.1 * 1024 ** 3 ? `${(bytes / MEGABYTE).toFixed(1)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
