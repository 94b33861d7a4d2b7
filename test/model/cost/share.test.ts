import { describe, expect, test } from 'vitest';
import { serviceOf } from '../../../src/model/cost/cost-line.ts';
import { shareOf } from '../../../src/model/cost/share.ts';
import { costLine } from './cost-lines.ts';

describe('without teams', () => {
  test.each([
    ['usage is allocated: the account is the owner', {}, 'allocated'],
    ['a purchase is allocated', { category: 'Purchase' }, 'allocated'],
    ['tax is tax', { category: 'Tax' }, 'tax'],
    ['a credit is a credit', { category: 'Credit' }, 'credit'],
    ['a type that nobody knows is unattributed', { category: 'Adjustment', known: false }, 'unattributed'],
    ['what nobody used is idle', { unused: true }, 'idle'],
  ])('%s', (_name, line, share) => {
    expect(shareOf(costLine(line), null, false)).toBe(share);
  });
});

describe('with teams', () => {
  test.each([
    ['usage of a team is allocated', {}, 'search', 'allocated'],
    ['usage of no team is unattributed', {}, null, 'unattributed'],
    ['tax of no team is tax', { category: 'Tax' }, null, 'tax'],
    ['an unused commitment is idle, whoever bought it', { unused: true }, 'search', 'idle'],
    ['an unused commitment of no team is idle', { unused: true }, null, 'idle'],
    ['a type that nobody knows is unattributed, also to its team', { known: false, category: 'Adjustment' }, 'search', 'unattributed'],
  ])('%s', (_name, line, team, share) => {
    expect(shareOf(costLine(line), team, true)).toBe(share);
  });
});

describe('the name of a charge', () => {
  test.each([
    ['Usage', 'Amazon EC2'],
    ['Tax', 'Tax'],
    ['Credit', 'Credits'],
  ])('of %s is %s', (category, name) => {
    expect(serviceOf(costLine({ category }))).toBe(name);
  });
});
