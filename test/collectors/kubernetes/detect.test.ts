import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { detect } from '../../../src/collectors/kubernetes/detect.ts';
import { testIo } from '../../io/test-io.ts';

const kubeconfig = (...contexts: readonly string[]): string =>
  `contexts:\n${contexts.map((name) => `  - { name: "${name}", context: { cluster: c, user: u } }\n`).join('')}`;

test('each context of ~/.kube/config is a cluster', async () => {
  const { io, write } = testIo();
  write('home/.kube/config', kubeconfig('production', 'staging'));
  expect(await detect(io)).toEqual([
    { found: 'kubeconfig context production', source: { kind: 'kubernetes', name: 'production', cluster: 'production', context: 'production' } },
    { found: 'kubeconfig context staging', source: { kind: 'kubernetes', name: 'staging', cluster: 'staging', context: 'staging' } },
  ]);
});

test('KUBECONFIG stands in place of it, and may name several files, also some that are not there', async () => {
  const first = testIo();
  first.write('home/.kube/config', kubeconfig('home'));
  const files = [first.write('a', kubeconfig('one', 'both')), join(first.folder, 'none'), first.write('b', kubeconfig('both', 'two'))];
  const found = await detect({ ...first.io, env: { ...first.io.env, KUBECONFIG: files.join(delimiter) } });
  expect(found.map(({ source }) => source['context'])).toEqual(['one', 'both', 'two']);
});

test.each([
  ['arn:aws:eks:eu-west-1:123456789012:cluster/production', 'production'],
  ['arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/gov', 'gov'],
  ['anna@staging.eu-west-1.eksctl.io', 'staging'],
  ['kind-local', 'kind-local'],
])('the context %s is of the cluster %s', async (context, cluster) => {
  const { io, write } = testIo();
  write('home/.kube/config', kubeconfig(context));
  expect((await detect(io)).map(({ source }) => source)).toEqual([{ kind: 'kubernetes', name: cluster, cluster, context }]);
});

test('a pod finds the cluster that it runs in', async () => {
  expect(await detect(testIo({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }).io)).toEqual([
    { found: 'the Kubernetes cluster that this runs in', source: { kind: 'kubernetes', name: 'in-cluster', cluster: 'in-cluster' } },
  ]);
});

test('a file that is no kubeconfig is passed over without quoting it', async () => {
  const { io, write, err, folder } = testIo();
  write('home/.kube/config', 'token: "c4n4ry\n');
  expect(await detect(io)).toEqual([]);
  expect(err()).toBe(`${join(folder, 'home/.kube/config')}: no contexts can be read from it\n`);
});

test('without a kubeconfig nothing is found', async () => {
  expect(await detect(testIo().io)).toEqual([]);
});
