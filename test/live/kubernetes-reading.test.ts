import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment, main, node } from '../cli/tonnage.ts';
import { testIo } from '../io/test-io.ts';
import { applyPermissions, isAllowed, without } from './cluster/account.ts';
import { fillCluster, isClusterHere, type FilledCluster } from './cluster/filled.ts';
import { collectInto, openStore, type Collected } from './collected.ts';
import { SETUP } from './components/index.ts';
import type { AuditEvent } from './servers/audit.ts';
import { openGate, type Verdict } from './servers/gate.ts';
import { start, usageOf } from './servers/process.ts';

const PODS = 5000;

describe.skipIf(!isClusterHere)(`how a real cluster is read (needs ${SETUP}, and the real data)`, () => {
  const given = testIo({ now: () => new Date() });
  let filled: FilledCluster;
  let kubeconfig: string;
  let whole: Collected;
  let audit: readonly AuditEvent[];
  const source = (more: object = {}): object => ({ kind: 'kubernetes', cluster: 'live', kubeconfig, context: 'live', ...more });

  beforeAll(async () => {
    filled = await fillCluster({ pods: PODS, flags: ['--etcd-compaction-interval=4s'] });
    kubeconfig = await filled.kubeconfig();
    whole = await collectInto('whole', [source()], given);
    audit = await filled.cluster.audit();
  });

  afterAll(async () => filled?.cluster.close());

  describe('the permissions that are printed', () => {
    test('suffice', () => {
      expect(whole.gaps.filter(({ code }) => code === 'forbidden' || code === 'source-failed')).toEqual([]);
      expect(audit.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
    });

    test('cover all that is asked for', () => {
      expect(audit.length).toBeGreaterThan(20);
      expect(audit.filter((event) => !isAllowed(filled.account, event)).map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    });

    test('hold nothing that is not asked for, of what the cluster has', async () => {
      const served = (await filled.cluster.kubectl(['api-resources', '--output', 'name'])).split('\n');
      const asked = audit.map(({ objectRef }) => nameOf(objectRef?.apiGroup ?? '', objectRef?.resource ?? ''));
      const held = filled.account.rules.flatMap(({ apiGroups, resources }) =>
        apiGroups.flatMap((group) => resources.map((resource) => nameOf(group, resource))),
      );
      expect(held.filter((name) => served.includes(name) && !asked.includes(name))).toEqual([]);
    });

    test('let nothing be written, and no secret be read', () => {
      expect([...new Set(filled.account.rules.flatMap(({ verbs }) => verbs))].toSorted()).toEqual(['get', 'list']);
      expect([...new Set(audit.map(({ verb }) => verb))].toSorted()).toEqual(['get', 'list']);
      expect(filled.account.rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
      expect(audit.filter(({ objectRef }) => objectRef?.resource === 'secrets')).toEqual([]);
    });

    test('let two ConfigMaps be read, by their names', () => {
      const read = audit.filter(({ objectRef }) => objectRef?.resource === 'configmaps');
      expect(read.map(({ verb, objectRef }) => `${verb} ${objectRef?.namespace}/${objectRef?.name}`).toSorted()).toEqual([
        'get kube-system/cluster-autoscaler-priority-expander',
        'get kube-system/cluster-autoscaler-status',
      ]);
    });

    test.each([
      ['autoscaling', 'horizontalpodautoscalers', 'autoscalers', `kind = 'HorizontalPodAutoscaler'`],
      ['keda.sh', 'scaledobjects', 'autoscalers', `kind = 'ScaledObject'`],
      ['', 'nodes', 'nodes', 'true'],
    ])('less one (%s/%s) leave a gap, and all the rest', async (group, resource, table, condition) => {
      await applyPermissions(filled.cluster, without(filled.yaml, resource), { group, resource, allowed: false });
      try {
        const less = await collectInto(`less-${resource}`, [source({ namespaces: ['shop'] })], given);
        expect(less.gaps.filter(({ code }) => code === 'forbidden')).toEqual([
          { code: 'forbidden', source: 'kubernetes', what: expect.stringContaining(resource) },
        ]);
        expect(await less.rows(`select count(*)::int as rows from ${table} where ${condition}`)).toEqual([{ rows: 0 }]);
        expect(await less.rows(`select count(*)::int as pods from pods where workload is not null`)).not.toEqual([{ pods: 0 }]);
      } finally {
        await applyPermissions(filled.cluster, filled.yaml, { group, resource, allowed: true });
      }
    });
  });

  describe('five thousand pods', () => {
    test('are listed in chunks', async () => {
      const lists = audit
        .filter(({ verb, requestURI }) => verb === 'list' && /\/pods\?/.test(requestURI))
        .map(({ requestURI }) => new URL(requestURI, filled.cluster.url).searchParams);
      const limits = lists.map((parameters) => Number(parameters.get('limit')));
      expect(Math.max(...limits)).toBeLessThanOrEqual(1000);
      expect(Math.min(...limits)).toBeGreaterThan(0);
      expect(lists.filter((parameters) => parameters.has('continue')).length).toBeGreaterThanOrEqual(4);
      expect(
        await whole.rows(
          `select count(*)::int as pods, count(distinct namespace)::int as namespaces from pods where workload_kind = 'Deployment' and workload = 'load'`,
        ),
      ).toEqual([{ pods: PODS, namespaces: 50 }]);
    });

    test('take a bounded memory', async () => {
      given.write('cli/tonnage.yaml', JSON.stringify({ sources: [source()] }));
      const cwd = `${given.folder}/cli`;
      const run = start(node, [main, 'collect'], { cwd, env: environment({ cwd }) });
      let peak = 0;
      while (!run.hasEnded()) {
        peak = Math.max(peak, peakOf(run.pid));
        await sleep(20);
      }
      expect([await run.ended, run.log()]).toEqual([whole.gaps.length > 0 ? 3 : 0, expect.any(String)]);
      console.log(`5,000 pods: at most ${Math.round(peak / 2 ** 20)} MiB`);
      expect(peak).toBeLessThan(700 * 2 ** 20);
      const again = await openStore(`${cwd}/.tonnage`, given);
      expect(await again.rows('select count(*)::int as pods from pods')).toEqual(await whole.rows('select count(*)::int as pods from pods'));
    });

    const hasExpired = (path: string): Promise<boolean> =>
      filled.cluster.send('GET', path).then(
        () => false,
        (error: unknown) => /: 410 /.test(String(error)),
      );

    test('are all there where the list expires on the way', async () => {
      let waited = false;
      const gate = await openGate(
        filled.cluster.url,
        async ({ path }): Promise<Verdict> => {
          if (waited || !/\/pods\?.*continue=/.test(path)) return 'pass';
          waited = true;
          // What is written meanwhile makes the compaction pass the revision of the list: until the server itself says so.
          for (let second = 0; second < 60; second += 1) {
            await filled.cluster.send('PATCH', '/api/v1/namespaces/shop', { metadata: { annotations: { second: String(second) } } });
            await sleep(1000);
            if (await hasExpired(path)) break;
          }
          return 'pass';
        },
        filled.cluster.authority,
      );
      try {
        const slow = { kubeconfig: await filled.kubeconfig(gate.url) };
        const expired = await collectInto('expired', [source(slow)], given);
        expect(gate.requests.filter(({ status }) => status === 410)).toHaveLength(1);
        expect(expired.gaps).toEqual(whole.gaps);
        const names = 'select namespace, pod, workload_kind, workload from pods order by all';
        expect(await expired.rows(names)).toEqual(await whole.rows(names));
      } finally {
        await gate.close();
      }
    });
  });
});

/** As kubectl names a kind. */
const nameOf = (group: string, resource: string): string => (group === '' ? resource : `${resource}.${group}`);

function peakOf(pid: number): number {
  try {
    return usageOf(pid).peak || 0;
  } catch {
    return 0;
  }
}
