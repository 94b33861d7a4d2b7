import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measurement {
  readonly seconds: number;
  /** Highest resident memory in MiB; undefined where the system does not say (no /proc). */
  readonly peak: number | undefined;
}

/** Runs a program to its end, and says how long it took and how much memory it held. @throws Error if it ends with a code that is not accepted */
export async function measure(command: string, args: readonly string[], directory: string, accepted: readonly number[] = [0]): Promise<Measurement> {
  const begun = performance.now();
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  let peak: number | undefined;
  const watch = setInterval(() => void (peak = highWater(child.pid) ?? peak), 25);
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  clearInterval(watch);
  if (code === null || !accepted.includes(code)) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${errors}`);
  return { seconds: (performance.now() - begun) / 1000, peak };
}

function highWater(pid: number | undefined): number | undefined {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}

/** The middle of several runs of each, taken in turn, so that a busy moment hits both. */
export async function compare(
  rounds: number,
  ours: () => Promise<Measurement>,
  bare: () => Promise<Measurement>,
): Promise<{ readonly ours: Measurement; readonly bare: Measurement }> {
  const runs: { ours: Measurement; bare: Measurement }[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push({ bare: await bare(), ours: await ours() });
  const middle = (which: 'ours' | 'bare'): Measurement => {
    const sorted = runs.map((run) => run[which]).toSorted((a, b) => a.seconds - b.seconds);
    const found = sorted[Math.floor(sorted.length / 2)];
    if (found === undefined) throw new Error('no runs');
    return { seconds: found.seconds, peak: Math.max(...sorted.map(({ peak }) => peak ?? Number.NaN)) };
  };
  return { ours: middle('ours'), bare: middle('bare') };
}
