import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Io } from '../../io/io.ts';
import type { Detect, Detection } from '../types.ts';

/** Only names are read: what else stands in a kubeconfig is secret. */
const Kubeconfig = z.object({ contexts: z.array(z.object({ name: z.string().min(1) })) });

/** The contexts of the kubeconfig, and the cluster that the program runs in. */
export const detect: Detect = async (io) => {
  const contexts = new Set<string>();
  for (const path of kubeconfigs(io.env)) {
    for (const context of await contextsOf(path, io)) contexts.add(context);
  }
  return [...[...contexts].map(ofContext), ...inCluster(io.env)];
};

function kubeconfigs(env: Io['env']): readonly string[] {
  const given = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (given.length > 0 || env['HOME'] === undefined) return given;
  return [join(env['HOME'], '.kube', 'config')];
}

async function contextsOf(path: string, io: Io): Promise<readonly string[]> {
  if (!(await io.files.exists(path))) return [];
  const { success, data } = Kubeconfig.safeParse(parsed(await io.files.read(path)));
  if (!success) io.output.note(`${path}: no contexts can be read from it`);
  return success ? data.contexts.map(({ name }) => name) : [];
}

/** The parser's own error would quote the file, which holds secrets. */
function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function ofContext(context: string): Detection {
  const cluster = clusterOf(context);
  return { found: `kubeconfig context ${context}`, source: { kind: 'kubernetes', name: cluster, cluster, context } };
}

/** The cluster's own name in what `aws eks update-kubeconfig` and `eksctl` call a context. */
function clusterOf(context: string): string {
  const name = /^arn:aws[\w-]*:eks:[^:]*:\d*:cluster\/(.+)$/.exec(context) ?? /^[^@]+@([^.]+)\.[^.]+\.eksctl\.io$/.exec(context);
  return name?.[1] ?? context;
}

function inCluster(env: Io['env']): readonly Detection[] {
  if (!env['KUBERNETES_SERVICE_HOST']) return [];
  return [{ found: 'the Kubernetes cluster that this runs in', source: { kind: 'kubernetes', name: 'in-cluster', cluster: 'in-cluster' } }];
}
