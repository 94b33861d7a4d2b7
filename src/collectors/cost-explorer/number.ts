/** A number as Cost Explorer writes it (text); null: not told, or none. */
export function number(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The first of several names under which an attribute may stand: their spelling differs from answer to answer (`EndDateTime`, `endDateTime`). */
export function attribute(attributes: Readonly<Record<string, string>>, ...names: readonly string[]): string | null {
  const byName = new Map(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]));
  const values = names.map((name) => byName.get(name.toLowerCase()));
  return values.find((value) => value !== undefined && value !== '') ?? null;
}

/** An instant as ISO 8601; null where there is none. */
export function instant(text: string | null): string | null {
  if (text === null) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
