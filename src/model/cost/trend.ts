import { money } from '../facts.ts';
import { monthPeriod } from '../month.ts';
import { serviceOf, type ServiceCharge } from './cost-line.ts';
import type { TrendPoint } from './cost-report.ts';

const DAY = 86_400_000;

/** Late corrections on a line of their own: they are no cost of the day on which they stand. */
const CORRECTIONS = 'Corrections';

/**
 * Cost a day and service. A charge of several days is spread over them evenly; what lies outside the month that bills it
 * (a late correction, an upfront fee) counts on the nearest days within, so that the trend adds up to the bills.
 */
export function trend(charges: readonly ServiceCharge[]): TrendPoint[] {
  const days = new Map<string, Map<string, number>>();
  for (const charge of charges) {
    const service = charge.isCorrection === true ? CORRECTIONS : serviceOf(charge);
    const within = billedDays(charge);
    for (const day of within) {
      const services = days.get(day) ?? new Map<string, number>();
      services.set(service, (services.get(service) ?? 0) + charge.cost / within.length);
      days.set(day, services);
    }
  }
  return [...days]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, services]) => [...services].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([service, cost]) => ({ day, service, cost: money(cost) })));
}

function billedDays({ month, firstDay, endDay }: ServiceCharge): string[] {
  const bounds = monthPeriod(month);
  const monthStart = Date.parse(bounds.start);
  const lastDay = Date.parse(bounds.end) - DAY;
  const first = Math.min(Math.max(Date.parse(firstDay), monthStart), lastDay);
  const last = Math.max(first, Math.min(Date.parse(endDay) - DAY, lastDay));
  const days: string[] = [];
  for (let day = first; day <= last; day += DAY) days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}
