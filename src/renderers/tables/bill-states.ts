import type { BillState } from '../../model/facts.ts';

export const BILL_STATES: Readonly<Record<BillState, string>> = {
  final: 'final',
  preliminary: 'preliminary: no invoice yet',
  unknown: 'the source does not say',
};
