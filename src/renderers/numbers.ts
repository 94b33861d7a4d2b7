/** How the numbers of every medium read: en-US, rounded here and nowhere else. */

/** What stands where a number is not known. */
export const UNKNOWN = 'unknown';

export interface MoneyFormat {
  /** `$1,234.50`, `-$3.00`, `<$0.01`. */
  readonly amount: (value: number | null) => string;
  /** The same with a sign: `+$12.00`. */
  readonly change: (value: number | null) => string;
}

export function moneyFormat(currency: string): MoneyFormat {
  const format = currencyFormat(currency);
  const absolute = (value: number): string => (isTiny(value, 0.005) ? `<${format(0.01)}` : format(Math.abs(value)));
  return {
    amount: (value) => (value === null ? UNKNOWN : (value < 0 ? '-' : '') + absolute(value)),
    change: (value) => (value === null ? UNKNOWN : sign(value) + absolute(value)),
  };
}

/** Whether Intl knows how to write the currency; a bill may hold anything. */
export function isCurrencyCode(currency: string): boolean {
  return /^[A-Za-z]{3}$/.test(currency);
}

function currencyFormat(currency: string): (value: number) => string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  if (isCurrencyCode(currency)) {
    const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...digits });
    return (value) => format.format(value);
  }
  const plain = new Intl.NumberFormat('en-US', digits);
  return (value) => `${plain.format(value)} ${currency}`.trim();
}

const PERCENT = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Part of a whole: `12.3%`; `–` where there is no whole. */
export function percent(ratio: number | null): string {
  if (ratio === null) return '–';
  return (ratio < 0 ? '-' : '') + absolutePercent(ratio);
}

interface Change {
  readonly amount: number;
  readonly ratio: number | null;
}

/** A change against an earlier cost: `+12.3%`; `new` where there was nothing before. */
export function changePercent(change: Change | null): string {
  if (change === null) return UNKNOWN;
  const ratio = signedRatio(change);
  if (ratio === null) return change.amount === 0 ? '–' : 'new';
  return sign(ratio) + absolutePercent(ratio);
}

/** The ratio with the sign of the amount: a credit that grows is a fall of cost. */
export function signedRatio({ amount, ratio }: Change): number | null {
  return ratio === null ? null : Math.sign(amount) * Math.abs(ratio);
}

/** 0 where a sum of floating point differs from it by no more than its noise; reports are exact to 1e-9 of `whole`. */
export function withoutNoise(value: number, whole: number): number {
  return Math.abs(value) <= Math.abs(whole) * 1e-9 ? 0 : value;
}

const COUNT = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 line`, `2 lines`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function absolutePercent(ratio: number): string {
  return isTiny(ratio, 0.0005) ? `<${PERCENT.format(0.001)}` : PERCENT.format(Math.abs(ratio));
}

/** Would be printed as zero, and is not. */
function isTiny(value: number, half: number): boolean {
  return value !== 0 && Math.abs(value) < half;
}

function sign(value: number): string {
  if (value === 0) return '';
  return value < 0 ? '-' : '+';
}
