import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly pid: number;
  /** The end of what it wrote. */
  readonly log: () => string;
  readonly hasEnded: () => boolean;
  /** Its exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Asks it to end, and after ten seconds makes it. */
  readonly stop: () => Promise<void>;
}

const LOG = 20_000;

/** Starts a program, which ends with this process at the latest. */
export function start(program: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Running {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const abandon = (): void => void child.kill('SIGKILL');
  process.once('exit', abandon);
  const ended = new Promise<number | null>((done) => {
    child.on('error', (error) => keep(Buffer.from(error.message)));
    child.on('close', (code) => {
      process.off('exit', abandon);
      done(code);
    });
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    pid: child.pid ?? 0,
    log: () => log,
    hasEnded,
    ended,
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      const timer = setTimeout(abandon, 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Waits until a server answers as its own. @throws Error with its log if it ends before, or takes longer than a minute */
export async function untilReady(what: string, server: Running, isReady: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end && !server.hasEnded(); await sleep(50)) {
    if (await isReady().catch(() => false)) return;
  }
  await server.stop();
  throw new Error(`${what} did not start:\n${server.log().slice(-4000)}`);
}

/** Ports of the loopback that nobody uses now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => listening(createServer())));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map(async (server) => new Promise((done) => void server.close(done))));
  return ports;
}

async function listening(server: Server): Promise<Server> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => done(server));
  });
}

/** Memory that a process holds now and has held at most, in bytes, and CPU time that it has used, in seconds. Linux only. */
export function usageOf(pid: number): { readonly rss: number; readonly peak: number; readonly cpu: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  // After the name, which may hold anything: state is the first field, user and system time the 12th and 13th, in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { rss: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
}
