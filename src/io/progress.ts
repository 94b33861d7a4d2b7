/** Long work, seen from outside. */
export interface Progress {
  /** Begins a task; `at` is asked now and then for the share done (0..1), `counter` for how much was read. The returned function ends it. */
  readonly start: (label: string, at: () => number | undefined, counter?: Counter) => () => void;
}

/** Counts what is read, of which there is a rate. */
export interface Counter {
  readonly what: string;
  readonly count: () => number;
}

export const silent: Progress = { start: () => () => {} };

const WIDTH = 24;

/** A bar with the time left, redrawn on one line of a terminal. */
export function progressBar(stream: NodeJS.WriteStream, now: () => number): Progress {
  return {
    start(label, at, counter) {
      const begun = now();
      const draw = (): void => {
        const done = at();
        stream.write(`\r\u001b[2K${bar(label, done, now() - begun)}${rate(counter, now() - begun)}`);
      };
      const timer = setInterval(draw, 200);
      timer.unref();
      return () => {
        clearInterval(timer);
        stream.write('\r\u001b[2K');
      };
    },
  };
}

/** One line: label, bar, percent, time left. `elapsed` in milliseconds. */
export function bar(label: string, done: number | undefined, elapsed: number): string {
  const seconds = Math.round(elapsed / 1000);
  if (done === undefined) return `${label} ... ${seconds} s`;
  const full = Math.round(Math.min(1, Math.max(0, done)) * WIDTH);
  const left = done > 0.01 ? `, ${Math.ceil((elapsed / done - elapsed) / 1000)} s left` : '';
  return `${label} [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${Math.floor(done * 100)} %, ${seconds} s${left}`;
}

/** How much was read, and how much a second. `elapsed` in milliseconds. */
export function rate(counter: Counter | undefined, elapsed: number): string {
  const count = counter?.count() ?? 0;
  if (counter === undefined || count === 0 || elapsed <= 0) return '';
  return `, ${short(count)} ${counter.what} (${short((count / elapsed) * 1000)}/s)`;
}

function short(count: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(count);
}
