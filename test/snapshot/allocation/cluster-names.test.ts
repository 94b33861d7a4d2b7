import { expect, test } from 'vitest';
import { nameClusters, spell, type BillCluster, type Home } from '../../../src/snapshot/allocation/cluster-names.ts';

const billed = (name: string, region: string | null = 'eu-west-1', account = '1'): BillCluster => ({ account, region, name, spelled: spell(name) });
const home: Home = { cluster: 'production', account: '1', region: 'eu-west-1' };
const named = (...given: Parameters<typeof nameClusters>): readonly string[] =>
  nameClusters(...given).map(({ cluster, isRead }) => `${cluster}${isRead ? '' : ' (unread)'}`);

test('charges of no region are of the cluster that those with one are of', () => {
  expect(named([billed('main'), billed('main', null)], [{ ...billed('main'), cluster: 'production', instances: 2 }], [home], ['production'])).toEqual([
    'production',
    'production',
  ]);
});

test('a key of a tag and a name in full are one cluster', () => {
  const key: BillCluster = { account: '1', region: 'eu-west-1', name: null, spelled: 'prod_eu' };
  expect(named([billed('prod-eu'), key], [], [], [])).toEqual(['prod-eu (unread)', 'prod-eu (unread)']);
});

test('the same name in another region is another cluster', () => {
  expect(named([billed('production', 'us-east-1')], [], [home], ['production'])).toEqual(['production (1 us-east-1) (unread)']);
});

test('two clusters that nobody reads are not the one that is at home there', () => {
  expect(named([billed('one'), billed('two')], [], [home], ['production'])).toEqual(['one (unread)', 'two (unread)']);
});

test('one that is found is not taken twice', () => {
  expect(named([billed('main'), billed('other')], [{ ...billed('main'), cluster: 'production', instances: 1 }], [home], ['production'])).toEqual([
    'production',
    'other (unread)',
  ]);
});
