import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubernetes } from '../../../src/collectors/kubernetes/index.ts';
import { sampling } from '../../../src/collectors/kubernetes/metrics-server.ts';
import { rbacYaml } from '../../../src/collectors/kubernetes/rbac.ts';
import { METRICS, RESOURCES } from '../../../src/collectors/kubernetes/resources.ts';
import type { Check } from '../../../src/collectors/types.ts';
import { ALWAYS, collect, contextOf, testCluster, written, type TestCluster } from './cluster.ts';

interface Rule {
  readonly apiGroups?: string[];
  readonly resources?: string[];
  readonly resourceNames?: string[];
  readonly nonResourceURLs?: string[];
  readonly verbs: string[];
}

const documents = async (): Promise<readonly { readonly kind: string; readonly metadata: { readonly namespace?: string }; readonly rules?: Rule[] }[]> =>
  parseAllDocuments(await rbacYaml()).map((document) => document.toJS());

test('the account may read what is read, and no more', async () => {
  const all = await documents();
  expect(all.map(({ kind }) => kind)).toEqual(['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
  const rules = all.flatMap((one) => one.rules ?? []);
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
  expect(rules.flatMap(({ resources }) => resources ?? [])).not.toContain('secrets');
  expect(JSON.stringify(rules)).not.toContain('*');
  const role = all.find(({ kind }) => kind === 'Role');
  expect(role?.metadata.namespace).toBe('kube-system');
  expect(role?.rules).toEqual([
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['cluster-autoscaler-status', 'cluster-autoscaler-priority-expander'], verbs: ['get'] },
  ]);
});

/** As the API server's own authorizer would, from the rules that are printed. */
function isAllowed(path: string, rules: readonly Rule[]): boolean {
  const [, core, group = ''] = /^\/(?:(api)\/v1|apis\/([^/]+)\/[^/]+)\//.exec(path) ?? [];
  if (core === undefined && group === '') return rules.some(({ nonResourceURLs }) => nonResourceURLs?.includes(path));
  const [resource = '', name] = path
    .replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\//, '')
    .replace(/^namespaces\/[^/]+\/(?=.)/, '')
    .split('/');
  const verb = name === undefined ? 'list' : 'get';
  return rules.some(
    (rule) =>
      rule.apiGroups?.includes(group) &&
      rule.resources?.includes(resource) &&
      rule.verbs.includes(verb) &&
      (rule.resourceNames === undefined || rule.resourceNames.includes(name ?? '')),
  );
}

test('no request is made that it may not make, and all rights are used', async () => {
  const everything = [...RESOURCES, ...METRICS].map(
    ({ group, version, resource }) => [`${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`, []] as const,
  );
  const cluster: TestCluster = await testCluster(Object.fromEntries(everything));
  const context = contextOf(cluster);
  await collect(cluster);
  await collect(cluster, { namespaces: ['web'] });
  await Array.fromAsync(kubernetes.check({ kind: 'kubernetes', cluster: 'production' }, context));
  const sampler = sampling();
  await written(sampler.collect({ kind: 'metrics-server', cluster: 'production' }, ALWAYS, context), cluster.given.folder);
  await Array.fromAsync(sampler.check({ kind: 'metrics-server', cluster: 'production' }, context));

  const rules = (await documents()).flatMap((one) => one.rules ?? []);
  const paths = new Set(cluster.server.asked.map(({ path }) => path));
  expect([...paths].filter((path) => !isAllowed(path, rules))).toEqual([]);
  expect(everything.map(([path]) => path).filter((path) => !paths.has(path))).toEqual([]);
  expect(new Set(cluster.server.asked.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('the documentation has the same', async () => {
  const readme = readFileSync(new URL('../../../src/collectors/kubernetes/README.md', import.meta.url), 'utf8');
  expect(readme).toContain(await rbacYaml());
});

test('permissions name every resource', () => {
  const words = kubernetes.permissions.map(({ what }) => what).join(' ');
  for (const { resource } of RESOURCES) expect(words).toContain(resource);
});

const check = async (cluster: TestCluster): Promise<readonly Check[]> =>
  Array.fromAsync(kubernetes.check({ kind: 'kubernetes', cluster: 'production' }, contextOf(cluster)));

test('doctor says what is there', async () => {
  const cluster = await testCluster({ '/apis/keda.sh/v1alpha1/scaledobjects': [], '/apis/metrics.k8s.io/v1beta1/pods': [] });
  const checks = await check(cluster);
  expect(checks.every(({ state }) => state === 'ok')).toBe(true);
  expect(checks.map(({ name, detail }) => [name, detail.replace(/:\d+/, '')])).toEqual([
    ['server', 'http://127.0.0.1: Kubernetes v1.35.4, answers in 0 ms'],
    ['clock', 'within 1 s of this machine’s'.replace('’', "'")],
    ['permissions', expect.stringContaining('may list nodes, namespaces, persistentvolumes')],
    ['custom resources', 'scaledobjects.keda.sh'],
    ['cluster-autoscaler', 'has left no ConfigMap'],
    ['metrics-server', 'is there: a source of kind metrics-server can sample it'],
  ]);
});

test('doctor fails where a needed thing is missing, and warns of others', async () => {
  const cluster = await testCluster();
  cluster.server.now = () => new Date('2026-03-15T11:00:00Z');
  for (const path of ['/api/v1/pods', '/apis/policy/v1/poddisruptionbudgets', '/api/v1/configmaps']) cluster.server.forbidden.add(path);
  const checks = (await check(cluster)).filter(({ state }) => state !== 'ok');
  expect(checks.map(({ name, state, hint }) => [name, state, hint])).toEqual([
    ['clock', 'warning', 'set both clocks by NTP: times of pods and measurements are the cluster’s own'],
    ['poddisruptionbudgets.policy', 'warning', 'tonnage doctor --rbac prints what to grant'],
    ['pods', 'failed', 'tonnage doctor --rbac prints what to grant'],
    ['cluster-autoscaler', 'warning', 'tonnage doctor --rbac prints what to grant'],
  ]);
});
