import { z } from 'zod';

/** A source's name is a folder's name in the snapshot. */
export const SourceName = z.string().regex(/^[\w][\w.-]*$/, 'expected letters, digits, `.`, `_` and `-`');
