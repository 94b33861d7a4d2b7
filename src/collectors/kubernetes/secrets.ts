const NAMES = /pass(word|wd|phrase)?$|secret$|token$|api_?-?key$|access_?-?key|private_?-?key|credential|connection(string)?$|sas(token)?$|^userdata$/i;
const LEFT_OUT = '(left out)';

/** A copy in which texts that may be credentials are not: people write them into the settings of scalers, against all advice. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutUser(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, typeof inner === 'string' && NAMES.test(name) ? LEFT_OUT : withoutSecrets(inner)]),
  );
}

/** `amqp://user:password@host` without the user. */
function withoutUser(text: string): string {
  return text.replaceAll(/\/\/[^/\s@]*@/g, '//');
}
