import { UserError } from '../../io/errors.ts';

/** An engine's complaint about a file, as one line with its place. Anything it does not know is passed on as it is. */
export function unreadable(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const because = { cause: error };
  const { message } = error;
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const place = line === undefined ? path : `${path}:${line}`;

  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (columns !== null) {
    return new UserError(`${place}: ${columns[2]} columns, expected ${columns[1]}`, 'the file is damaged or was edited: copy it again', because);
  }
  const value =
    /Could not convert string ['"](.*?)['"] to (?:'?)(\w+)/s.exec(message) ?? /Conversion Error.*?['"](.*?)['"].*?(DOUBLE|DECIMAL|TIMESTAMP)/s.exec(message);
  if (value !== null) {
    const column = /source column (\w+)/.exec(message)?.[1];
    return new UserError(
      `${place}: ${JSON.stringify((value[1] ?? '').slice(0, 60))} is no ${value[2]?.startsWith('TIME') ? 'time' : 'number'}${column === undefined ? '' : ` (column ${column})`}`,
      'the file is damaged or was edited: copy it again',
      because,
    );
  }
  if (/invalid (timestamp|date) field|timestamp field value out of range/i.test(message)) {
    return new UserError(`${place}: ${firstLine(message)}`, 'the file is damaged or was edited: copy it again', because);
  }
  // `Invalid Error` is how the engine passes on what its reader of Parquet throws.
  const isParquet = /\.parquet\b/i.test(path) && message.startsWith('Invalid Error');
  if (
    isParquet ||
    /no magic bytes|too small to be a parquet|snappy|ZSTD|deserialize|TProtocol|thrift|corrupt|don't match size|prematurely|read error|failed to (read|decode)/i.test(
      message,
    )
  ) {
    return new UserError(`${path}: the Parquet file is cut short or damaged`, 'copy or download it again and compare its size', because);
  }
  if (/gzip|zlib|inflate|miniz/i.test(message))
    return new UserError(`${path}: the compressed file is cut short or damaged`, 'copy or download it again', because);
  if (/invalid unicode|not utf-8/i.test(message)) return new UserError(`${place}: not UTF-8 text`, 'a Cost and Usage Report is UTF-8: copy it again', because);
  if (/permission denied/i.test(message)) return new UserError(`${path}: no permission`, 'check who owns it and who may read it (ls -l)', because);
  if (/^(Invalid Input|IO) Error/i.test(message)) return new UserError(`${place}: ${firstLine(message)}`, 'copy the file again, or leave it out', because);
  return error;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
