import { spawn, type ChildProcess } from 'node:child_process';
import type { Cluster, KubeConfig } from '@kubernetes/client-node';

const NAME = 'exec-plugin';
/** More than any credential has. */
const MOST_CHARACTERS = 1 << 20;

/** Of a plug-in that was killed: `code` says why. */
class Killed extends Error {
  readonly code: 'ETIMEDOUT' | 'E2BIG';

  constructor(code: Killed['code']) {
    super('the plug-in was killed');
    this.code = code;
  }
}

export interface Plugin {
  readonly command: string;
  /** What takes the place of the plug-in in a user's entry. */
  readonly authProvider: { readonly name: string };
  readonly authenticator: Parameters<KubeConfig['addAuthenticator']>[0];
  /** What it said last no longer counts: the server does not accept it. */
  forget(): void;
}

export function commandOf(exec: unknown): string | undefined {
  return typeof exec === 'object' && exec !== null && 'command' in exec && typeof exec.command === 'string' ? exec.command : undefined;
}

/**
 * The library's exec plug-in, but one that cannot wait for ever for somebody to type something, and that is told what kubectl tells it.
 * @param timeout in milliseconds
 */
export async function execPlugin(exec: unknown, command: string, cluster: Cluster, timeout: number): Promise<Plugin> {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  const runner = new ExecAuth();
  let killed: Killed | undefined;
  const version = typeof exec === 'object' && exec !== null && 'apiVersion' in exec ? exec.apiVersion : undefined;
  const info = JSON.stringify({
    apiVersion: version ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: cluster.server, 'certificate-authority-data': cluster.caData } },
  });
  const start = (program: string, parameters: readonly string[] | undefined, { env = process.env }: { readonly env?: NodeJS.ProcessEnv }): ChildProcess => {
    const child = spawn(program, parameters ?? [], {
      env: { ...env, KUBERNETES_EXEC_INFO: info },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    watch(child, timeout, (why) => (killed = why));
    return child;
  };
  // The library keeps its way of starting a process, and what it has learnt, in these fields, and has no other door to them.
  Reflect.set(runner, 'execFn', start);
  const authenticate = async (...[user, options]: Parameters<Plugin['authenticator']['applyAuthentication']>): Promise<void> => {
    killed = undefined;
    try {
      await runner.applyAuthentication({ name: user.name, exec }, options);
    } catch (error) {
      throw killed ?? error;
    }
  };
  return {
    command,
    authProvider: { name: NAME },
    authenticator: { isAuthProvider: (user) => user.authProvider?.name === NAME, applyAuthentication: authenticate },
    forget: () => void Reflect.set(runner, 'tokenCache', {}),
  };
}

/** Kills a process with all that it has started, when it takes too long or says too much, and where this process ends before it. */
function watch(child: ChildProcess, timeout: number, told: (why: Killed) => void): void {
  const kill = (why?: Killed): void => {
    if (why !== undefined) told(why);
    killGroup(child);
    // What was started by it may hold the pipes open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const timer = setTimeout(() => kill(new Killed('ETIMEDOUT')), timeout);
  let said = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: string | Buffer) => {
      said += text.length;
      if (said > MOST_CHARACTERS) kill(new Killed('E2BIG'));
    });
  }
  const atExit = (): void => kill();
  process.once('exit', atExit);
  child.once('close', () => {
    clearTimeout(timer);
    process.removeListener('exit', atExit);
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
