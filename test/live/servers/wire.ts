import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `end`: what was sent arrives. `reset`: what lies in the buffers of the network is lost. */
export type Cut = 'end' | 'reset';

export interface Wire {
  readonly url: string;
  /** Bytes that came from the server, headers too. */
  readonly passed: () => number;
  readonly cuts: () => number;
  /** Cuts the connection that carries it after every so many bytes, so often. */
  readonly cutEvery: (bytes: number, times: number, how: Cut) => void;
  /** Milliseconds that each piece is held back. */
  readonly slowDown: (pause: number) => void;
  readonly close: () => Promise<void>;
}

/** A wire to a server, below HTTP: what it carries it does not know, and it may break. */
export async function openWire(upstream: string): Promise<Wire> {
  const { hostname, port } = new URL(upstream);
  const state: State = { passed: 0, cuts: 0, every: Infinity, left: 0, since: 0, pause: 0, how: 'end' };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const up = connect(Number(port), hostname);
    for (const socket of [client, up]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    }
    client.pipe(up);
    client.on('close', () => up.destroy());
    void carry(up, client, state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    passed: () => state.passed,
    cuts: () => state.cuts,
    cutEvery(bytes, times, how) {
      Object.assign(state, { every: bytes, left: times, since: 0, how });
    },
    slowDown(pause) {
      state.pause = pause;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => void server.close(done));
    },
  };
}

interface State {
  passed: number;
  cuts: number;
  readonly every: number;
  left: number;
  since: number;
  pause: number;
  readonly how: Cut;
}

async function carry(up: Socket, client: Socket, state: State): Promise<void> {
  try {
    for await (const chunk of up as AsyncIterable<Buffer>) {
      if (state.pause > 0) await sleep(state.pause);
      state.passed += chunk.length;
      state.since += chunk.length;
      if (!client.write(chunk)) await Promise.race([once(client, 'drain'), once(client, 'close')]);
      if (state.left > 0 && state.since >= state.every) {
        Object.assign(state, { left: state.left - 1, since: 0, cuts: state.cuts + 1 });
        return cut(up, client, state.how);
      }
      if (client.destroyed) return;
    }
    client.end();
  } catch {
    client.destroy();
  }
}

function cut(up: Socket, client: Socket, how: Cut): void {
  up.destroy();
  if (how === 'reset') client.resetAndDestroy();
  else client.end();
}
