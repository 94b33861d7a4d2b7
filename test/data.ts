import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';

const folder = process.env['TONNAGE_DATA'] ?? resolve(import.meta.dirname, '../../shared/data');

/** A file of the real data, which is no part of the project. */
export const dataFile = (name: string): string => join(folder, name);

/** Skipped where the real data is absent. Say in the name that it is needed: `(real data)`. */
export const describeData = describe.skipIf(!existsSync(folder));
