import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The module that writes blocks; the benchmark's Prometheus reads those of any later version. */
const PROMETHEUS = 'github.com/prometheus/prometheus@v0.307.3';

export interface Watched {
  readonly containers: number;
  readonly days: number;
  /** Seconds between scrapes. */
  readonly step: number;
  /** After the last sample, in milliseconds: a midnight. */
  readonly end: number;
  /** Of kube-state-metrics: what KRR asks for, or what tonnage does. All scraped as often as the rest. */
  readonly states: 'few' | 'all';
}

/** The data of a Prometheus that has watched so many containers. Kept in `folder` for the next run. @throws Error where there is no Go to make it with */
export async function prometheusBlocks({ containers, days, step, end, states }: Watched, folder: string): Promise<string> {
  const blocks = join(folder, `prometheus-${containers}x${days}d-${step}s-${states}-${end}`);
  if (existsSync(blocks)) return blocks;
  const program = await build(folder);
  await rm(`${blocks}.tmp`, { recursive: true, force: true });
  await mkdir(`${blocks}.tmp`, { recursive: true });
  execFileSync(program, [`${blocks}.tmp`, ...[containers, days, step, end].map(String), states]);
  await rename(`${blocks}.tmp`, blocks);
  return blocks;
}

async function build(folder: string): Promise<string> {
  const module = join(folder, 'prometheus-blocks');
  const program = join(module, 'blocks');
  await mkdir(module, { recursive: true });
  await copyFile(join(import.meta.dirname, 'main.go'), join(module, 'main.go'));
  const go = (...args: string[]): void => void execFileSync('go', args, { cwd: module, stdio: ['ignore', 'ignore', 'pipe'] });
  if (!existsSync(join(module, 'go.sum'))) {
    await writeFile(join(module, 'go.mod'), 'module tonnage.invalid/blocks\n\ngo 1.25.0\n');
    go('get', PROMETHEUS);
    go('mod', 'tidy');
  }
  go('build', '-o', program, '.');
  return program;
}
