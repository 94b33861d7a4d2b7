/** Digits of a money amount in the snapshot. */
const SCALE = 12;

const AMOUNT = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/;

/** An amount as Cost Explorer writes it, in whole units of 1e-12: never by way of a binary fraction. undefined if it is no number. */
export function units(text: string): bigint | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(text.trim()) ?? [];
  if (sign === undefined || (whole === '' && fraction === '')) return undefined;
  const digits = BigInt(whole + fraction);
  const shift = SCALE - fraction.length + Number(exponent);
  // Half away from zero, for what is finer than the snapshot.
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : (digits + 5n * 10n ** BigInt(-shift - 1)) / 10n ** BigInt(-shift);
  return sign === '-' ? -size : size;
}

/** Units of 1e-12 as decimal text. */
export function decimal(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(SCALE + 1, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}
