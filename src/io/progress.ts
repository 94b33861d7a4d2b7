/** Long work, seen from outside. */
export interface Progress {
  /** Begins a task, which is asked now and then how far it is. The returned function ends it. */
  readonly start: (task: Task) => () => void;
}

interface Task {
  /** What is done now. */
  readonly label: () => string;
  /** Share done (0..1), where it is known. */
  readonly share?: () => number | undefined;
  /** What is read, of which there is a rate. */
  readonly counter?: () => Counter | undefined;
}

interface Counter {
  readonly what: string;
  readonly count: () => number;
}

export const silent: Progress = { start: () => () => {} };

const WIDTH = 24;

/** A bar with rate and time left, redrawn on one line of a terminal. */
export function progressBar(stream: NodeJS.WriteStream, now: () => number): Progress {
  return {
    start({ label, share, counter }) {
      const line = progressLine(now());
      const timer = setInterval(() => {
        const counted = counter?.();
        stream.write(`\r\u001b[2K${line(now(), label(), share?.(), counted && { what: counted.what, count: counted.count() })}`);
      }, 200);
      timer.unref();
      return () => {
        clearInterval(timer);
        stream.write('\r\u001b[2K');
      };
    },
  };
}

type Line = (time: number, label: string, share: number | undefined, counted: { readonly what: string; readonly count: number } | undefined) => string;

/** Draws a task that began at `begun`, again and again: what it was like at first is what the time left and the rate are taken from. Times in milliseconds. */
export function progressLine(begun: number): Line {
  let first: number | undefined;
  let since = { time: begun, count: 0 };
  let last = 0;
  return (time, label, share, counted) => {
    first ??= share;
    // A counter that fell is that of the next piece of work.
    if (counted !== undefined && counted.count < last) since = { time, count: counted.count };
    last = counted?.count ?? last;
    const rate = counted === undefined ? '' : rateOf(counted.what, counted.count, since, time);
    return `${bar(label, share, first ?? 0, time - begun)}${rate}`;
  };
}

/** Label, bar, percent, time, time left. `elapsed` in milliseconds, in which the share rose from `first`. */
function bar(label: string, share: number | undefined, first: number, elapsed: number): string {
  const seconds = Math.round(elapsed / 1000);
  if (share === undefined) return `${label} ... ${seconds} s`;
  const full = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
  const done = share - first;
  const left = done > 0.01 ? `, ${Math.max(0, Math.ceil((elapsed / done) * (1 - share) * 0.001))} s left` : '';
  return `${label} [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(share * 100)} %, ${seconds} s${left}`;
}

function rateOf(what: string, count: number, since: { readonly time: number; readonly count: number }, time: number): string {
  if (count === 0 || time <= since.time || count === since.count) return '';
  return `, ${short(count)} ${what} (${short(((count - since.count) / (time - since.time)) * 1000)}/s)`;
}

function short(count: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(count);
}
