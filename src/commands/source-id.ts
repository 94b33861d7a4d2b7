import type { SourceSettings } from '../collectors/settings.ts';
import type { SourceId } from '../model/facts.ts';

/** The name of a source in the snapshot and in reports. */
export const sourceId = (source: SourceSettings): SourceId => source.name ?? source.kind;
