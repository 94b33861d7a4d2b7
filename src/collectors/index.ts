import type { z } from 'zod';
import { CurSettings } from './cur/settings.ts';
import type { Collector } from './types.ts';

/** To add a source, write its folder and its line here. Settings are light; the collector is loaded on use, for vendor SDKs are slow to import. */
export const collectors = {
  cur: { settings: CurSettings, load: async () => (await import('./cur/index.ts')).cur },
} as const;

export type SourceKind = keyof typeof collectors;

/** An entry under `sources`, of any kind. */
export type SourceSettings = z.output<(typeof collectors)[SourceKind]['settings']>;

/** The collector of a source, to be given the settings of this source alone: those its own schema has checked. */
export async function loadCollector({ kind }: SourceSettings): Promise<Collector<SourceSettings>> {
  return collectors[kind].load();
}
