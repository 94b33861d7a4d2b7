import { describe, expect, test } from 'vitest';
import { sharedLines, type SharedRule, type Sharing } from '../../../../src/model/cost/allocation/shared-rules.ts';
import type { CostLine } from '../../../../src/model/cost/cost-line.ts';
import { costLine } from '../cost-lines.ts';

const sharing: Sharing = {
  clusters: ['production', 'staging'],
  nodeCost: (_month, cluster) => (cluster === 'production' ? 3 : 1),
  sharersOf: (month, cluster) =>
    ['a', 'b'].map((namespace, at) => ({
      month,
      cluster,
      namespace,
      workload: null,
      labels: {},
      cost: at + 1,
      cpuCoreHours: 1,
      memoryGibHours: 1,
      podHours: 1,
    })),
};
const ofCluster = (cluster: string): CostLine['use'] => ({
  cluster,
  namespace: null,
  workload: null,
  labels: {},
  share: 'shared',
  idle: null,
  method: 'proportional',
});
const even: SharedRule = { match: { service: ['Amazon EC2'] }, method: 'even' };

const shared = (line: CostLine, rules: readonly SharedRule[], applies = rules.map(() => true)): readonly string[] =>
  sharedLines({ line, applies }, rules, sharing).map(({ use, cost }) =>
    use === null ? `no cluster ${cost}` : `${use.cluster} ${use.namespace} ${cost} ${use.method}`,
  );

describe('a charge of a cluster is shared by its workloads', () => {
  const line = costLine({ cost: 12, use: ofCluster('staging') });

  test('proportionally where no rule says other', () => {
    expect(shared(line, [])).toEqual(['staging a 4 proportional', 'staging b 8 proportional']);
  });

  test('by the first rule that matches', () => {
    expect(shared(line, [{ match: { service: ['Amazon S3'] }, method: 'cpu' }, even, { ...even, method: 'pods' }])).toEqual([
      'staging a 6 even',
      'staging b 6 even',
    ]);
  });

  test('never by those of the cluster that a rule names', () => {
    expect(shared(line, [{ ...even, cluster: 'production' }])).toEqual(['staging a 4 proportional', 'staging b 8 proportional']);
  });
});

describe('a charge of no cluster', () => {
  const line = costLine({ cost: 12 });

  test('stays as it is without a rule', () => {
    expect(shared(line, [{ match: { service: ['Amazon S3'] }, method: 'even' }])).toEqual(['no cluster 12']);
  });

  test('is shared by all clusters, by what their nodes cost', () => {
    expect(shared(line, [even])).toEqual(['production a 4.5 even', 'production b 4.5 even', 'staging a 1.5 even', 'staging b 1.5 even']);
  });

  test('is shared by the cluster that the rule names', () => {
    expect(shared(line, [{ ...even, cluster: 'staging' }])).toEqual(['staging a 6 even', 'staging b 6 even']);
  });

  test('is left alone by a rule for another meter or resource', () => {
    expect(shared(line, [even], [false])).toEqual(['no cluster 12']);
  });

  test.each([{ category: 'Tax' }, { category: 'Credit' }, { unused: true }, { known: false }])('is not shared if it is %o', (given) => {
    expect(shared(costLine({ ...given, cost: 12 }), [even])).toEqual(['no cluster 12']);
  });
});
