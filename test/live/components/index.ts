import type { Component } from './component.ts';
import { focusValidator } from './focus-validator.ts';
import { kubernetes } from './kubernetes.ts';
import { moto } from './moto.ts';
import { prometheus } from './prometheus.ts';
import { trino } from './trino.ts';

export const components: readonly Component[] = [prometheus, kubernetes, moto, trino, focusValidator];

export const SETUP = 'npm run test:live -- --setup';

/** Installs what is not there. @returns whether all is there now */
export async function setUp(say: (line: string) => void, warn: (line: string) => void): Promise<boolean> {
  let isWhole = true;
  for (const component of components) {
    const since = performance.now();
    const had = component.find();
    try {
      const { version, folder } = had ?? (await component.install());
      say(`${component.name} ${version}: ${had === undefined ? 'installed' : 'found'} in ${seconds(since)}, ${folder}`);
    } catch (error) {
      isWhole = false;
      warn(`${component.name}: not installed after ${seconds(since)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return isWhole;
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
