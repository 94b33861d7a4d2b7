import { z } from 'zod';
import { SourceName } from '../source-name.ts';

export const CurSettings = z.strictObject({
  kind: z.literal('cur').describe('an AWS Cost and Usage Report on disk'),
  name: SourceName.optional().describe('name of this source in reports; default: its kind'),
  path: z.string().min(1).describe('a Parquet or CSV file, a folder of them, or a copy of the report’s S3 layout with its *-Manifest.json'),
});
export type CurSettings = z.infer<typeof CurSettings>;
