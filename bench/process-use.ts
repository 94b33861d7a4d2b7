import { readFileSync } from 'node:fs';

/** Clock ticks a second, as Linux tells user space. */
const TICKS = 100;

/** CPU time in seconds and highest resident memory in MiB of a process. Linux alone. */
export function processUse(pid: number): { readonly seconds: number; readonly peak: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { seconds: (user + system) / TICKS, peak: Math.round(Number(peak) / 1024) };
}
