import { describe, expect, test } from 'vitest';
import { ownerOf, tagsOf, type MatchRule } from '../../../src/model/cost/owner.ts';
import { costLine } from './cost-lines.ts';

const matches = (match: MatchRule, line = costLine()): boolean => ownerOf(line, [{ owner: 'us', match }]) === 'us';

describe('the owner of a charge', () => {
  test('is that of the first rule that matches', () => {
    const rules = [
      { owner: 'nobody', match: { service: ['Amazon S3'] } },
      { owner: 'first', match: { region: ['eu-*'] } },
      { owner: 'second', match: { service: ['Amazon EC2'] } },
    ];
    expect(ownerOf(costLine(), rules)).toBe('first');
  });

  test('is null where no rule matches', () => {
    expect(ownerOf(costLine(), [{ owner: 'us', match: { account: ['2'] } }])).toBeNull();
  });

  test('needs all that a rule asks for', () => {
    expect(matches({ service: ['Amazon EC2'], region: ['eu-west-1'] })).toBe(true);
    expect(matches({ service: ['Amazon EC2'], region: ['us-east-1'] })).toBe(false);
  });

  test('needs one of a list', () => {
    expect(matches({ service: ['Amazon S3', 'Amazon EC2'] })).toBe(true);
  });

  test('needs every tag that a rule asks for', () => {
    const line = costLine({ tags: { team: 'search', env: 'production' } });
    expect(matches({ tag: { team: ['search'], env: ['production'] } }, line)).toBe(true);
    expect(matches({ tag: { team: ['search'], env: ['staging'] } }, line)).toBe(false);
  });

  test('is found by what a charge of a cluster pays for', () => {
    const use = { cluster: 'production', namespace: 'search-eu', workload: 'Deployment/api', labels: { 'app.kubernetes.io/part-of': 'search' } };
    const line = costLine({ provider: 'AWS', loadBalancer: 'k8s-search-api', use: { ...use, share: 'allocated', idle: null, method: 'requests' } });
    const found: readonly MatchRule[] = [
      { cluster: ['production'] },
      { namespace: ['search-*'] },
      { workload: ['api'] },
      { workload: ['Deployment/api'] },
      { label: { 'app.kubernetes.io/part-of': ['search'] } },
      { loadBalancer: ['k8s-search-*'] },
      { provider: ['AWS'], namespace: ['search-eu'] },
    ];
    expect(found.map((match) => matches(match, line))).toEqual(found.map(() => true));
    expect(matches({ workload: ['StatefulSet/api'] }, line)).toBe(false);
    expect(found.filter((match) => matches(match, costLine()))).toEqual([]);
  });

  test('finds a tag however the rule spells its key', () => {
    const line = costLine({ tags: { cost_center: '7', 'aws:created_by': 'me' } });
    expect(matches({ tag: { CostCenter: ['7'], 'aws:createdBy': ['me'] } }, line)).toBe(true);
  });

  test('does not match what has no such value, not even by *', () => {
    expect(matches({ region: ['*'] }, costLine({ region: null }))).toBe(false);
    expect(matches({ tag: { team: ['*'] } }, costLine({ tags: { team: null } }))).toBe(false);
    expect(matches({ tag: { team: ['*'] } })).toBe(false);
  });
});

describe('a pattern', () => {
  test.each([
    ['search', 'search', true],
    ['search', 'search-api', false],
    ['Search', 'search', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['search-*', 'search-', true],
    ['search-*', 'search', false],
    ['*-api', 'search-api', true],
    ['*-api', 'api', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*b*', 'abc', true],
    ['**', 'x', true],
    ['ab*bc', 'abc', false],
    ['a.c', 'abc', false],
    ['(x)*', '(x)y', true],
    ['*aab', 'aaab', true],
    ['a*ab*b', 'aab', false],
  ])('%s against %s: %s', (pattern, value, expected) => {
    expect(matches({ region: [pattern] }, costLine({ region: value }))).toBe(expected);
  });

  test('of many stars takes no long time', () => {
    expect(matches({ region: [`${'a*'.repeat(50)}b`] }, costLine({ region: 'a'.repeat(20_000) }))).toBe(false);
  });
});

describe('the tags that rules ask for', () => {
  test('are each named once, in one spelling and order', () => {
    const rules = [
      { owner: 'a', match: { tag: { Team: ['x'], 'aws:eks:cluster-name': ['y'] } } },
      { owner: 'b', match: { tag: { team: ['z'] } } },
      { owner: 'c', match: { service: ['s'] } },
    ];
    expect(tagsOf(rules)).toEqual(['aws:eks_cluster_name', 'team']);
  });
});
