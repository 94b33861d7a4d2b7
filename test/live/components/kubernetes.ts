import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cached, make } from './cache.ts';
import { command, installed } from './command.ts';
import type { Component } from './component.ts';

const VERSION = '1.35.4';
const MODULE = 'k8s.io/kubernetes';
const APPLETS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;

const source = join(import.meta.dirname, 'main.go');
const folderName = (): string => `kubernetes-${VERSION}-${createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 8)}`;

/** The path of one of the programs, if they are there. */
export function applet(name: (typeof APPLETS)[number]): string | undefined {
  const folder = cached(folderName());
  return folder === undefined ? undefined : join(folder, name);
}

/** etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl, built from Kubernetes' own source as one program, for nobody ships the server alone. */
export const kubernetes: Component = {
  name: 'Kubernetes',
  find: () => (applet('kube-apiserver') === undefined ? undefined : { version: VERSION, folder: cached(folderName()) ?? '' }),
  async install() {
    const go = installed('go');
    if (go === undefined) throw new Error('it is built by Go, which is not here: install Go 1.25 or newer');
    const folder = await make(folderName(), async (into) => build(go, into));
    return { version: VERSION, folder };
  },
};

async function build(go: string, into: string): Promise<void> {
  const module = join(into, 'source');
  await mkdir(module);
  await copyFile(source, join(module, 'main.go'));
  await writeFile(join(module, 'go.mod'), await goModule(go));
  const [major, minor] = VERSION.split('.');
  const stamps = Object.entries({ gitVersion: `v${VERSION}`, gitMajor: major, gitMinor: minor }).map(
    ([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`,
  );
  const binary = join(into, 'kubernetes');
  // Two packages at a time bound the memory; -mod=mod writes what else go.mod and go.sum need, at the versions that Kubernetes itself was built with.
  const flags = ['-p=2', '-mod=mod', '-buildvcs=false', '-trimpath', '-ldflags', ['-s', '-w', ...stamps].join(' ')];
  await command(go, ['build', ...flags, '-o', binary, '.'], { cwd: module, env: { CGO_ENABLED: '0', GOWORK: 'off' } });
  for (const name of APPLETS) await symlink('kubernetes', join(into, name));
  await rm(module, { recursive: true });
}

/** Kubernetes replaces its staging modules by folders of its repository; whoever builds it as a dependency takes them as they are published. */
async function goModule(go: string): Promise<string> {
  const downloaded = z.object({ GoMod: z.string() }).parse(JSON.parse(await command(go, ['mod', 'download', '-json', `${MODULE}@v${VERSION}`], { cwd: '/' })));
  const described = JSON.parse(await command(go, ['mod', 'edit', '-json', downloaded.GoMod], { cwd: '/' }));
  const { Go, Replace } = z
    .object({ Go: z.string(), Replace: z.array(z.object({ Old: z.object({ Path: z.string() }), New: z.object({ Path: z.string() }) })) })
    .parse(described);
  const published = `v0.${VERSION.split('.').slice(1).join('.')}`;
  const staged = Replace.filter(({ New }) => New.Path.startsWith('./')).map(({ Old }) => `replace ${Old.Path} => ${Old.Path} ${published}\n`);
  return `module tonnage.invalid/kubernetes\n\ngo ${Go}\n\nrequire ${MODULE} v${VERSION}\n\n${staged.join('')}`;
}
