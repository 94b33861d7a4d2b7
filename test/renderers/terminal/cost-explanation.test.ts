import { expect, test } from 'vitest';
import type { CostExplanation, ExplainedFigure } from '../../../src/model/cost/cost-explanation.ts';
import { money } from '../../../src/model/facts.ts';
import { monthPeriod } from '../../../src/model/month.ts';
import { costExplanationSchema } from '../../../src/renderers/json/cost-explanation.schema.ts';
import { renderCostExplanation } from '../../../src/renderers/terminal/cost-explanation.ts';
import { monthNamed, NASTY } from '../sample-report.ts';

function figure(given: Partial<ExplainedFigure> & { readonly cost: ExplainedFigure['cost'] }): ExplainedFigure {
  return {
    provider: 'AWS',
    service: 'Amazon EC2',
    account: '111111111111',
    accountName: null,
    region: 'eu-west-1',
    team: 'search',
    environment: null,
    cluster: null,
    namespace: null,
    workload: null,
    category: 'Usage',
    share: 'allocated',
    idle: null,
    method: null,
    nodes: [],
    bill: [],
    billRows: 0,
    billCost: given.cost,
    ...given,
  };
}

function explanation(figures: readonly ExplainedFigure[], given: Partial<CostExplanation> = {}): CostExplanation {
  return {
    kind: 'CostExplanation',
    schemaVersion: 1,
    what: 'team.search',
    period: monthPeriod(monthNamed('2018-10')),
    currency: 'USD',
    costMetric: 'effective',
    cost: money(figures.reduce((sum, { cost }) => sum + cost, 0)),
    figures,
    others: 0,
    othersCost: money(0),
    ...given,
  };
}

const row = {
  resource: 'vol-1',
  meter: 'EU-EBS:VolumeUsage.gp3',
  description: null,
  start: '2018-10-01T00:00:00Z',
  end: '2018-11-01T00:00:00Z',
  quantity: 300,
  unit: 'GB-Mo',
  rows: 31,
};
const plain = { color: false, columns: 200 };

test('a figure is a tree down to the rows of the bill', () => {
  const whole = figure({ cost: money(30), bill: [{ ...row, cost: money(26.4), parts: 1 }], billRows: 3 });
  const node = {
    instance: 'i-1',
    node: 'ip-10-0-0-1',
    hours: 744,
    nodeCost: money(100),
    coreHours: 1488,
    gibHours: 2976,
    cost: money(20),
    cpuCost: money(15),
    memoryCost: money(2),
    gpuCost: money(0),
    splitCost: money(0),
    idleCost: money(0),
    extrapolatedCost: money(3),
  };
  const part = figure({
    cost: money(20),
    cluster: 'production',
    namespace: 'web',
    workload: 'Deployment/api',
    method: 'requests',
    nodes: [node],
    bill: [{ ...row, cost: money(100), parts: 2 }],
    billRows: 1,
    billCost: money(100),
  });
  expect(renderCostExplanation(explanation([whole, part], { others: 2, othersCost: money(1.5) }), plain)).toBe(`team.search, October 2018: $50.00
├─ $30.00  Amazon EC2 · 111111111111 · eu-west-1 · team search
│  ├─ $26.40  vol-1 EU-EBS:VolumeUsage.gp3  2018-10-01 to 2018-11-01  300 GB-Mo  31 rows
│  └─ 2 more rows of the bill
├─ $20.00  Amazon EC2 · production/web/Deployment/api · by what pods asked for or used · 111111111111 · eu-west-1 · team search
│  ├─ $20.00  of ip-10-0-0-1 (i-1): 744 hours that cost $100.00; 1,488 core-hours, 2,976 GiB-hours; $3.00 for hours that nobody observed
│  └─ its part (20.0%) of 1 row of the bill that cost $100.00
│     └─ $100.00  vol-1 EU-EBS:VolumeUsage.gp3  2018-10-01 to 2018-11-01  300 GB-Mo  31 rows  shared by 2
└─ 2 other rows  $1.50
`);
});

test('no name of a vendor can move the cursor or break a line', () => {
  const figures = NASTY.map((name) =>
    figure({
      cost: money(1),
      service: name,
      cluster: name,
      bill: [{ ...row, resource: name, meter: name, unit: name, cost: money(1), parts: 1 }],
      billRows: 1,
    }),
  );
  const text = renderCostExplanation(explanation(figures), plain);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(text.split('\n')).toHaveLength(2 + 2 * NASTY.length);
});

test('the published schema describes it', () => {
  const one = explanation([figure({ cost: money(1), bill: [{ ...row, cost: money(1), parts: 1 }], billRows: 1 })]);
  expect(costExplanationSchema.safeParse(one).error).toBeUndefined();
});

test('a line that has no room goes on below: no id is cut', () => {
  const long = figure({ cost: money(26.4), bill: [{ ...row, cost: money(26.4), parts: 1 }], billRows: 1 });
  expect(renderCostExplanation(explanation([long]), { color: false, columns: 60 })).toBe(`team.search, October 2018: $26.40
└─ $26.40  Amazon EC2 · 111111111111 · eu-west-1 · team
   │  search
   └─ $26.40  vol-1 EU-EBS:VolumeUsage.gp3  2018-10-01 to
         2018-11-01  300 GB-Mo  31 rows
`);
});

test('how a part was found is told in words', () => {
  const text = (method: string): string => renderCostExplanation(explanation([figure({ cost: money(1), method })]), plain);
  expect(text('extrapolated')).toContain(' · as in the hours that were observed · ');
  expect(text('volume')).toContain(' · by volume · ');
});
