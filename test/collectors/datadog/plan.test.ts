import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halves, isMissing, metricOf, planCalls, sliceNamespaces } from '../../../src/collectors/datadog/plan.ts';
import { ALL_QUESTIONS, HPAS, queryText, USAGE, type Slice } from '../../../src/collectors/datadog/queries.ts';

const ALL = new Set(ALL_QUESTIONS.flatMap(({ metrics }) => metrics));

describe('calls', () => {
  test('what is asked of a day, and what of a window of five', () => {
    expect(planCalls(1, 1, ALL).calls).toBe(10 + 27);
    expect(planCalls(5, 1, ALL).calls).toBe(5 * 10 + 27);
    expect(planCalls(6, 1, ALL).calls).toBe(6 * 10 + 2 * 27);
  });

  test('groups of namespaces multiply what has a series for each container', () => {
    expect(planCalls(1, 3, ALL).calls).toBe(3 * (10 + 7) + 20);
  });

  test('metrics that are not there are not asked for', () => {
    expect(planCalls(1, 1, new Set()).calls).toBe(0);
    expect(planCalls(1, 1, new Set(['container.memory.working_set'])).calls).toBe(2);
  });

  test('the first of several metrics that is there answers', () => {
    expect(metricOf(USAGE.memory, new Set(['container.memory.working_set']))).toBe('container.memory.working_set');
    expect(metricOf(USAGE.memory, undefined)).toBe('kubernetes.memory.working_set');
  });

  test('a cluster without HPAs lacks nothing, one without kube-state metrics does', () => {
    expect(isMissing(HPAS.min, new Set(['kubernetes_state.deployment.replicas']))).toBe(false);
    expect(isMissing(HPAS.min, new Set(['kubernetes.cpu.usage.total']))).toBe(true);
  });
});

test('a question as Datadog is asked it', () => {
  expect(queryText(USAGE.cpuMean, 'kubernetes.cpu.usage.total', 'Production', { namespaces: ['a', 'b'], others: true })).toBe(
    'avg:kubernetes.cpu.usage.total{kube_cluster_name:production AND kube_namespace NOT IN (a,b)} by {kube_namespace,pod_name,kube_container_name}.rollup(avg, 300).fill(null)',
  );
});

describe('groups of namespaces', () => {
  const takes = (slice: Slice | undefined, namespace: string): boolean => slice === undefined || slice.namespaces.includes(namespace) !== slice.others;
  const sizes = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: 0, max: 2000 })).map((given) => new Map(Object.entries(given)));

  test('a small cluster is asked for whole', () => {
    expect(
      sliceNamespaces(
        new Map([
          ['a', 500],
          ['b', 500],
        ]),
        300,
      ),
    ).toEqual([undefined]);
    expect(
      sliceNamespaces(
        new Map([
          ['a', 500],
          ['b', 500],
        ]),
        60,
      ),
    ).toHaveLength(2);
  });

  test('each namespace, also one that is new, lies in one group (law)', () => {
    fc.assert(
      fc.property(sizes, (containers) => {
        const slices = sliceNamespaces(containers, 300);
        for (const name of [...containers.keys(), 'new-one']) expect(slices.filter((slice) => takes(slice, name))).toHaveLength(1);
      }),
    );
  });

  test('halves of a group take what the group took, once (law)', () => {
    fc.assert(
      fc.property(sizes, (containers) => {
        for (const slice of sliceNamespaces(containers, 300)) {
          const halved = halves(slice, [...containers.keys()]);
          if (halved === undefined) continue;
          for (const name of [...containers.keys(), 'new-one']) {
            expect(halved.filter((half) => takes(half, name))).toHaveLength(takes(slice, name) ? 1 : 0);
          }
        }
      }),
    );
  });
});
