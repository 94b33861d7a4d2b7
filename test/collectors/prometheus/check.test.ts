import { describe, expect, it } from 'vitest';
import { testIo } from '../../io/test-io.ts';
import { checks, container, settingsFor } from './collected.ts';
import { json, startServer, type Intercept, type TestSeries } from './server.ts';

const given = testIo();
const TWO_DAYS = container({}, '2026-03-14T00:00:00Z', '2026-03-15T12:00:00Z');

async function found(series: readonly TestSeries[], intercept?: Intercept, more: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
  const { url } = await startServer(series, intercept);
  return (await checks(given, settingsFor(url, more))).map(({ name, state, detail }) => `${state} ${name}: ${detail.replace(url, 'URL')}`);
}

describe('doctor', () => {
  it('says what the server is, how it is read, and what it has', async () => {
    expect(await found(TWO_DAYS)).toEqual([
      'ok reachable: Prometheus 2.42.0 at URL',
      'ok reading: remote_read, streamed: every sample',
      'ok clock: agrees with this machine’s',
      'ok history: 2 days, from 2026-03-14 on',
      'ok scrape interval: 60 seconds',
      'ok metrics: no container_cpu_cfs_throttled_periods_total: how much containers were throttled is not known (or no container has a CPU limit)',
      'warning metrics: nothing of kube-state-metrics: neither owners of pods, nor requests and limits, nor restarts are known',
      'ok duplicates: each container is scraped once',
    ]);
  });

  it('says where history is short, clocks differ and scrapes are rare', async () => {
    const lines = await found(
      TWO_DAYS,
      ({ path, parameters }, response) => {
        if (path.endsWith('buildinfo')) {
          response.setHeader('date', 'Sun, 15 Mar 2026 11:00:00 GMT');
          return json(response, { application: 'Grafana Mimir', version: '2.14.0' });
        }
        const expression = parameters.get('query') ?? '';
        if (expression.startsWith('quantile')) return json(response, { resultType: 'vector', result: [{ metric: {}, value: [0, '600'] }] });
        if (expression.startsWith('count(count')) return json(response, { resultType: 'vector', result: [{ metric: {}, value: [0, '3'] }] });
        return false;
      },
      { history: 30 },
    );
    expect(lines).toContain('ok reachable: Grafana Mimir 2.14.0 at URL');
    expect(lines).toContain('warning clock: the server’s is 3599 seconds behind this machine’s');
    expect(lines).toContain('warning history: 2 days, from 2026-03-14 on');
    expect(lines).toContain('failed scrape interval: 600 seconds: too long to see CPU use in 5 minutes');
    expect(lines).toContain('ok duplicates: 3 containers have several series: each container is counted once');
  });

  it('fails where there are no metrics of containers at all', async () => {
    expect((await found([])).at(-1)).toBe('failed history: no metrics of containers or pods in 2 days');
    const [cpu = { labels: {}, samples: [] }] = TWO_DAYS;
    expect(await found([cpu])).toContain('failed metrics: no container_memory_working_set_bytes: what memory containers used is not known');
  });

  it('says that a server without remote_read is read in another way', async () => {
    const no: Intercept = ({ path }, response) => path.endsWith('/read') && Boolean(response.writeHead(404).end());
    expect((await found(TWO_DAYS, no))[1]).toBe('ok reading: raw samples by queries: every sample, slower than remote_read, which the server does not offer');
    const less: Intercept = (asked, response) =>
      no(asked, response) || ((asked.parameters.get('query') ?? '').endsWith(']') && json(response, 'not allowed', 400));
    expect((await found(TWO_DAYS, less))[1]).toBe('warning reading: 5-minute aggregates by queries: pods have no uid');
  });

  it('does without a page that says what the server is, as Amazon’s has none', async () => {
    const no: Intercept = ({ path }, response) => path.endsWith('buildinfo') && Boolean(response.writeHead(404).end());
    expect((await found(TWO_DAYS, no))[0]).toBe('ok reachable: Prometheus at URL');
  });

  it('tells VictoriaMetrics by a header: the version it gives is not its own', async () => {
    const victoria: Intercept = (_, response) => {
      response.setHeader('x-server-hostname', 'vm-0');
      return false;
    };
    expect((await found(TWO_DAYS, victoria))[0]).toBe('ok reachable: VictoriaMetrics at URL');
  });
});
