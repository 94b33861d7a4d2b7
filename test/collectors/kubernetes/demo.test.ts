import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { clusterTruth } from '../../../fixtures/cluster/index.ts';
import { startKubernetesApi } from '../../../fixtures/kubernetes-api/index.ts';
import { kubernetes } from '../../../src/collectors/kubernetes/index.ts';
import { testIo } from '../../io/test-io.ts';
import { ALWAYS, contextOf, written } from './cluster.ts';

const at = new Date('2026-10-29T19:30:00Z');
const api = await startKubernetesApi(clusterTruth('production'), at);
afterAll(() => api.close());

const Texts = z.record(z.string(), z.string());
const Ingress = z.object({ rules: z.array(z.object({ service: z.string() })) });
const Service = z.object({ selector: Texts });

test('the Ingresses of the demo company lead to Services that select pods; of the others only load balancers are kept', async () => {
  const given = testIo();
  given.write('home/.kube/config', api.kubeconfig);
  const collected = kubernetes.collect({ kind: 'kubernetes', cluster: 'production' }, ALWAYS, contextOf({ given, io: given.io }, { began: at }));
  const parts = await written(collected, given.folder);
  const rows = (table: string) => parts.find(({ part }) => part.table === table)?.rows ?? [];
  const things = (kind: string) => rows('inventory').filter((row) => row['kind'] === kind);
  const named = things('Ingress').flatMap(({ namespace, detail }) =>
    Ingress.parse(JSON.parse(String(detail))).rules.map(({ service }) => `${namespace}/${service}`),
  );
  expect(named).toEqual(['search/search', 'web/web']);
  expect(things('Service').map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['data/reports-preview', ...named]);
  for (const { namespace, name, detail } of things('Service')) {
    const { selector } = Service.parse(JSON.parse(String(detail)));
    const selected = rows('pods').filter((pod) => {
      const labels = Texts.parse(JSON.parse(String(pod['labels'])));
      return pod['namespace'] === namespace && Object.entries(selector).every(([label, value]) => labels[label] === value);
    });
    if (named.includes(`${namespace}/${name}`)) expect(selected.length).toBeGreaterThan(0);
  }
});
