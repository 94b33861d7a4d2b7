import type { Collector } from '../types.ts';
import { openPlace } from './place.ts';
import { statements } from './policy.ts';
import { isRemote, type CurSettings } from './settings.ts';

/** AWS Cost and Usage Report and FOCUS exports, from disk or from S3. */
export const cur: Collector<CurSettings> = {
  policy: statements,

  permissions: [{ what: 'read the files of the report', why: 'they are the bill' }],

  async *collect(settings, window, context) {
    if (isRemote(settings)) return yield* (await import('./engines/remote-bill.ts')).remoteParts(settings, window, context);
    const place = await openPlace(settings, context);
    try {
      yield* (await import('./read-bill.ts')).readBill(place, window, context);
    } finally {
      place.close();
    }
  },

  async *check(settings, context) {
    if (isRemote(settings)) return yield* (await import('./engines/remote-bill.ts')).checkRemote(settings, context);
    const place = await openPlace(settings, context);
    try {
      yield* (await import('./check.ts')).checkBill(place, context);
    } finally {
      place.close();
    }
  },
};
