import { expect, test } from 'vitest';
import { renderCostReport } from '../../../src/renderers/markdown/cost-report.ts';
import { manyServices, NASTY_GAPS, nastyReport, sampleReport, withoutPrevious } from '../sample-report.ts';

test('prints pipe tables with numbers to the right', () => {
  const report = sampleReport([
    { service: 'AmazonEC2', team: 'search', cost: 75, previousCost: 50 },
    { service: 'a|b', cost: 25, share: 'unattributed' },
  ]);
  expect(renderCostReport({ ...report, breakdowns: report.breakdowns.slice(0, 1), gaps: NASTY_GAPS.slice(0, 1) }))
    .toBe(String.raw`# Cloud cost of Acme, October 2018

**The bill is $100.00: +$50.00 (+100.0%) against September 2018 ($50.00).**

Cost is amortized, before negotiated discounts, in USD.

## What is not known

- 1 line of cur for October 2018, billed at $12.50, has the unknown type "&lt;b&gt;Fee\|x&lt;/b&gt;".

## How the bill adds up

| Part | Amount | Share | What it is |
| --- | ---: | ---: | --- |
| Allocated | $75.00 | 75.0% | has an owner |
| Idle | $0.00 | 0.0% | paid for, not used |
| Shared | $0.00 | 0.0% | serves several owners |
| Unattributed | $25.00 | 25.0% | no owner is known |
| Tax | $0.00 | 0.0% | taxes on the bill |
| Credit | $0.00 | 0.0% | credits |
| Residual | $0.00 | 0.0% | in none of the rows |
| **Bill** | **$100.00** | **100.0%** | **the bill's own sum** |

## By service

| Service | Cost | Share | September 2018 | Change | Change % |
| --- | ---: | ---: | ---: | ---: | ---: |
| AmazonEC2 | $75.00 | 75.0% | $50.00 | +$25.00 | +50.0% |
| a\|b | $25.00 | 25.0% | $0.00 | +$25.00 | new |
| **Total** | **$100.00** | **100.0%** | **$50.00** | **+$50.00** | **+100.0%** |

## Bills

| Provider | Account | Month | Source | State | Cost |
| --- | --- | --- | --- | --- | ---: |
| AWS | 111111111111 | October 2018 | cur | final | $100.00 |

## Sources

| Source | Month | Lines read | Duplicates left out |
| --- | --- | ---: | ---: |
| cur | October 2018 | 43,150 | 2 |

Snapshot 5f1d7a84db00d2fce00b31a7fc73224f. Amounts are added up first and rounded when printed.
`);
});

test('keeps every line of a table one line of as many cells, whatever vendors wrote', () => {
  const tables = renderCostReport(nastyReport())
    .split('\n\n')
    .filter((block) => block.startsWith('| '));
  expect(tables.length).toBeGreaterThan(15);
  for (const table of tables) {
    const cells = table
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/\\./g, '').split('|').length - 2);
    expect(new Set(cells).size).toBe(1);
  }
});

test('leaves no tag of a vendor', () => {
  expect(renderCostReport(nastyReport())).not.toMatch(/<\/?[a-z]/i);
});

test('leaves the earlier columns out where there is no period before', () => {
  expect(renderCostReport(withoutPrevious(sampleReport()))).toContain('| Service | Cost | Share |\n');
});

test('folds what is not among the first twenty-five', () => {
  expect(renderCostReport(manyServices(60))).toContain('\n| 35 others | $787.50 | 34.4% |');
});
