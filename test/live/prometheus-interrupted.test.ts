import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment, main, node } from '../cli/tonnage.ts';
import { testIo } from '../io/test-io.ts';
import { collectInto, openStore, partsOf, type Collected } from './collected.ts';
import { SETUP } from './components/index.ts';
import { prometheus as component } from './components/prometheus.ts';
import { openGate, type Verdict } from './servers/gate.ts';
import { start } from './servers/process.ts';
import { startPrometheus, type Prometheus } from './servers/prometheus.ts';
import { fleet, midnight } from './telemetry.ts';

const DAYS = 3;

describe.skipIf(component.find() === undefined)(`a collect from a real Prometheus that is cut off (needs ${SETUP})`, () => {
  const given = testIo({ now: () => new Date() });
  let server: Prometheus;
  let whole: Collected;
  const source = (more: object = {}): object => ({ kind: 'prometheus', cluster: 'live', url: server.url, history: DAYS + 1, ...more });

  beforeAll(async () => {
    server = await startPrometheus();
    await server.write(fleet(20, midnight(DAYS), DAYS).series);
    whole = await collectInto('whole', [source()], given);
  });

  afterAll(async () => server?.close());

  const isReading = (path: string): boolean => /\/api\/v1\/(read|query_range|query)\b/.test(path);

  test.each([3, 8])('a collect in which it stops at request %i and comes back ends with the same snapshot', async (at) => {
    let read = 0;
    let back: Promise<void> | undefined;
    const gate = await openGate(server.url, async ({ path }): Promise<Verdict> => {
      if (isReading(path)) read += 1;
      // Two requests come at once.
      if (read >= at)
        back ??= server
          .stop()
          .then(async () => sleep(1500))
          .then(async () => server.restart());
      return 'pass';
    });
    try {
      const store = `stopped-${at}`;
      const attempt = async (): Promise<Collected> => collectInto(store, [source({ url: gate.url })], given);
      const run = await attempt().catch(async (error: unknown) => {
        // It may give up, but then with a word for the user, and it is gone on with.
        expect(error).toMatchObject({ name: 'UserError' });
        await back;
        return attempt();
      });
      await back;
      expect(gate.requests.some(({ status }) => status === undefined)).toBe(true);
      const again = run.gaps.some(({ code }) => code === 'source-failed' || code === 'unread-period') ? await attempt() : run;
      expect(partsOf(again.snapshot)).toEqual(partsOf(whole.snapshot));
      expect(again.snapshot.digest).toBe(whole.snapshot.digest);
    } finally {
      await back;
      await gate.close();
    }
  });

  test.each([2, 6])('a collect that is killed after %i parts and run again ends with the same snapshot', async (parts) => {
    const cwd = join(given.folder, `killed-${parts}`);
    given.write(`killed-${parts}/tonnage.yaml`, JSON.stringify({ sources: [source()] }));
    const store = join(cwd, '.tonnage');
    const run = start(node, [main, 'collect'], { cwd, env: environment({ cwd }) });
    while (!run.hasEnded() && partsIn(store) < parts) await sleep(5);
    expect(run.hasEnded(), run.log()).toBe(false);
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    const next = start(node, [main, 'collect'], { cwd, env: environment({ cwd }) });
    expect([await next.ended, next.log()]).toEqual([whole.gaps.length > 0 ? 3 : 0, expect.stringMatching(/[1-9]\d* unchanged/)]);
    const again = await openStore(store, given);
    expect(partsOf(again.snapshot)).toEqual(partsOf(whole.snapshot));
    expect(again.snapshot.digest).toBe(whole.snapshot.digest);
  });
});

/** Parts that the run has written so far, as its journal says. */
function partsIn(store: string): number {
  try {
    return Object.keys(JSON.parse(readFileSync(join(store, 'collecting.json'), 'utf8')).written).length;
  } catch {
    return 0;
  }
}
