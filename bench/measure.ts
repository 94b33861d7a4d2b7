import { spawn } from 'node:child_process';
import { processUse } from './process-use.ts';

export interface Measurement {
  readonly seconds: number;
  /** Highest resident memory in MiB; undefined where the system does not say (no /proc). */
  readonly peak: number | undefined;
  /** CPU time in seconds, but for its last moment; undefined likewise. */
  readonly cpu: number | undefined;
}

/** Runs a program to its end, and says how long it took and how much memory it held. @throws Error if it ends with a code that is not accepted */
export async function measure(command: string, args: readonly string[], directory: string, accepted: readonly number[] = [0]): Promise<Measurement> {
  const begun = performance.now();
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  let used: ReturnType<typeof processUse> | undefined;
  const watch = setInterval(() => void (used = useOf(child.pid) ?? used), 25);
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  clearInterval(watch);
  if (code === null || !accepted.includes(code)) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${errors}`);
  return { seconds: (performance.now() - begun) / 1000, peak: used?.peak, cpu: used?.seconds };
}

function useOf(pid: number | undefined): ReturnType<typeof processUse> | undefined {
  try {
    const use = pid === undefined ? undefined : processUse(pid);
    // Of one that has just ended the memory is no longer told.
    return use !== undefined && Number.isFinite(use.peak) ? use : undefined;
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
    return { ...found, peak: Math.max(...sorted.map(({ peak }) => peak ?? Number.NaN)) };
  };
  return { ours: middle('ours'), bare: middle('bare') };
}
