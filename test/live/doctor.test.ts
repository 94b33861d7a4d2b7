import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rbacYaml } from '../../src/collectors/kubernetes/rbac.ts';
import { tonnage, type Run } from '../cli/tonnage.ts';
import { testIo } from '../io/test-io.ts';
import { applyPermissions, isAllowed, permissionsOf, without } from './cluster/account.ts';
import { createPods } from './cluster/many-pods.ts';
import { components, SETUP } from './components/index.ts';
import { freePorts } from './servers/process.ts';
import { startKubernetes, type Kubernetes } from './servers/kubernetes.ts';
import { startPrometheus, type Prometheus } from './servers/prometheus.ts';
import { DAY, fleet, MINUTE } from './telemetry.ts';

describe.skipIf(components.some(({ find }) => find() === undefined))(`doctor before real servers (needs ${SETUP})`, async () => {
  const given = testIo();
  const yaml = await rbacYaml();
  const { namespace, name } = permissionsOf(yaml);
  let cluster: Kubernetes;
  let prometheus: Prometheus;
  let kubeconfig: string;

  beforeAll(async () => {
    [cluster, prometheus] = await Promise.all([startKubernetes(), startPrometheus()]);
    await createPods(cluster, { namespaces: 1, pods: 3 });
    await applyPermissions(cluster, yaml, { group: '', resource: 'pods', allowed: true });
    kubeconfig = await cluster.kubeconfig(await cluster.token(namespace, name));
    // Until now, so that it is still scraped.
    await prometheus.write(fleet(5, Math.floor(Date.now() / MINUTE) * MINUTE - 2 * DAY, 2).series);
  });

  afterAll(async () => {
    await Promise.all([cluster?.close(), prometheus?.close()]);
  });

  const kubernetesSource = (more: object = {}): object => ({ kind: 'kubernetes', cluster: 'live', kubeconfig, ...more });
  const prometheusSource = (more: object = {}): object => ({ kind: 'prometheus', cluster: 'live', url: prometheus.url, ...more });

  async function doctor(folder: string, ...sources: readonly object[]): Promise<Run> {
    given.write(`${folder}/tonnage.yaml`, JSON.stringify({ sources }));
    return tonnage(['doctor'], { cwd: `${given.folder}/${folder}` });
  }

  test('finds both in order', async () => {
    const { status, out, err } = await doctor('both', kubernetesSource(), prometheusSource());
    expect([status, err]).toEqual([0, '']);
    expect(out).not.toMatch(/failed/i);
    expect(out).toMatch(/kubernetes.*v1\.35\.4/is);
    expect(out).toMatch(/prometheus.*(60 s|1 min)/is);
  });

  test('asks for nothing that the printed permissions do not allow', async () => {
    await cluster.audit();
    await doctor('allowed', kubernetesSource());
    const events = await cluster.audit();
    expect(events.length).toBeGreaterThan(5);
    // A review of one's own rights is what every account may ask for.
    const others = events.filter(({ objectRef }) => objectRef?.resource !== 'selfsubjectaccessreviews' && objectRef?.resource !== 'selfsubjectrulesreviews');
    expect(others.filter((event) => !isAllowed(permissionsOf(yaml), event)).map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });

  test('names what is not allowed, and what to do about it', async () => {
    await applyPermissions(cluster, without(yaml, 'pods'), { group: '', resource: 'pods', allowed: false });
    try {
      const { status, out } = await doctor('forbidden', kubernetesSource());
      expect(status).toBe(2);
      expect(out).toMatch(/pods/);
      expect(out).toMatch(/--rbac/);
    } finally {
      await applyPermissions(cluster, yaml, { group: '', resource: 'pods', allowed: true });
    }
  });

  test('says which server cannot be reached', async () => {
    const [port = 0] = await freePorts(1);
    const { status, out } = await doctor('unreachable', kubernetesSource(), prometheusSource({ url: `http://127.0.0.1:${port}` }));
    expect(status).toBe(2);
    expect(out).toContain(`127.0.0.1:${port}`);
  });

  test('says that a token is refused, and not which', async () => {
    const token = 'canary-of-a-token';
    const { status, out, err } = await doctor('refused', kubernetesSource({ kubeconfig: await cluster.kubeconfig(token) }));
    expect(status).toBe(2);
    expect(out + err).toMatch(/token|credentials|401/i);
    expect(out + err).not.toContain(token);
  });

  test('says after a collect how much of what was used has an owner', async () => {
    const sources = [kubernetesSource(), prometheusSource()];
    given.write('collected/tonnage.yaml', JSON.stringify({ sources }));
    const { status, err } = await tonnage(['collect', '--verbose'], { cwd: `${given.folder}/collected` });
    expect([status, err]).toEqual([3, expect.not.stringMatching(/could not be read|canary/)]);
    const { out } = await doctor('collected', ...sources);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('5 containers on 3 days; the owner of 100.0 % of their CPU time is known');
  });

  test('prints the permissions', async () => {
    expect(await tonnage(['doctor', '--rbac'], { cwd: given.folder })).toEqual({ status: 0, out: yaml, err: '' });
  });
});
