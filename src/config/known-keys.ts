import leven from 'leven';
import type { JsonSchema } from './json-schema.ts';

export type Path = readonly (string | number)[];

/** The keys that may stand in the map at `path` of `data`. */
export function knownKeys(schema: JsonSchema, path: Path, data: unknown): readonly string[] {
  const here = schema.oneOf?.find((option) => isKind(option, data)) ?? schema;
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(here.properties ?? {});
  const next = typeof step === 'number' ? here.items : (here.properties?.[step] ?? here.additionalProperties);
  return typeof next === 'object' ? knownKeys(next, rest, childOf(data, step)) : [];
}

/** The word that was probably meant, if one is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distance = (other: string): number => leven(word.toLowerCase(), other.toLowerCase());
  const best = known.toSorted((a, b) => distance(a) - distance(b))[0];
  return best !== undefined && distance(best) <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

export function childOf(data: unknown, step: PropertyKey): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, step)) return undefined;
  return Reflect.get(data, step);
}

function isKind(option: JsonSchema, data: unknown): boolean {
  const kind = option.properties?.['kind']?.const;
  return kind !== undefined && kind === childOf(data, 'kind');
}
