import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Put {
  /** Headers that S3 would answer HEAD with: checksums, encryption. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Uploaded in parts of this size: the ETag is then that of the parts. */
  readonly partBytes?: number;
  readonly modified?: string;
}

interface Stored extends Put {
  readonly body: Buffer;
  readonly etag: string;
  readonly modified: string;
}

export interface Request {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly range: string | undefined;
  readonly authorization: string;
  status: number | undefined;
  /** Bytes of the body that were sent. */
  sent: number;
}

export type Fault =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'reset' }
  /** No answer, ever; or none after so many bytes of the body. */
  | { readonly kind: 'hang'; readonly after?: number }
  /** One byte is another one. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'ignore-range' };

/** What to do with a request instead of answering it; undefined: nothing. It may also change what lies in the bucket. */
export type Keeper = (request: Request, count: number) => Fault | undefined;

/** The few calls of S3 that reading takes, with one bucket. Not a stand-in for S3: for what goes wrong. */
export class S3Server {
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #objects = new Map<string, Stored>();
  readonly #bucket: string;
  readonly requests: Request[] = [];
  keeper: Keeper | undefined;
  /** Keys and folders of a page. */
  pageSize = 1000;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get env(): Record<string, string> {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'SECRETTEST', AWS_REGION: 'eu-west-1' };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => void this.#server.close(done));
  }

  put(key: string, body: Buffer | string, { headers = {}, partBytes, modified = '2026-11-03T06:00:00.000Z' }: Put = {}): this {
    const bytes = Buffer.from(body);
    this.#objects.set(key, { body: bytes, etag: etagOf(bytes, partBytes), modified, headers, ...(partBytes === undefined ? {} : { partBytes }) });
    return this;
  }

  remove(key: string): void {
    this.#objects.delete(key);
  }

  /** Bytes of the body that were sent for a key. */
  sent(key: string): number {
    return this.requests.reduce((sum, request) => sum + (request.method === 'GET' && request.key === key ? request.sent : 0), 0);
  }

  /** Requests for objects: `GET key` or, with where it began, `GET key bytes=5-`. */
  get reads(): string[] {
    return this.requests
      .filter(({ method, key }) => method === 'GET' && key !== '')
      .map(({ method, key, range }) => [method, key, range].filter((part) => part !== undefined).join(' '));
  }

  get lists(): string[] {
    return this.requests.filter(({ key }) => key === '').map(({ query }) => `${query.get('prefix') ?? ''}${query.get('delimiter') === '/' ? '' : ' (all)'}`);
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const request: Request = {
      method: incoming.method ?? '',
      key: rest.join('/'),
      query: url.searchParams,
      range: incoming.headers.range,
      authorization: incoming.headers.authorization ?? '',
      status: undefined,
      sent: 0,
    };
    this.requests.push(request);
    response.on('finish', () => {
      request.status = response.statusCode;
    });
    const fault = this.keeper?.(request, this.requests.length);
    if (fault?.kind === 'hang' && fault.after === undefined) return;
    if (fault?.kind === 'reset') return void incoming.socket.destroy();
    if (fault?.kind === 'error') return refuse(request, response, fault);
    if (bucket !== this.#bucket) return refuse(request, response, { kind: 'error', status: 404, code: 'NoSuchBucket' });
    if (request.key === '') return this.#list(request, response);
    this.#object(request, response, incoming.headers['if-match'], fault);
  }

  #list({ query }: Request, response: ServerResponse): void {
    const [prefix, delimiter, after] = [query.get('prefix') ?? '', query.get('delimiter'), query.get('continuation-token') ?? ''];
    const most = Math.min(Number(query.get('max-keys') ?? 1000), this.pageSize);
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const entry = (key: string): string => {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? key : key.slice(0, end + 1);
    };
    const entries = [...new Set(keys.map(entry))].filter((one) => one > after);
    const page = entries.slice(0, most);
    const isCut = entries.length > page.length;
    const xml = page.map((one) => {
      const object = this.#objects.get(one);
      if (object === undefined) return `<CommonPrefixes><Prefix>${escaped(one)}</Prefix></CommonPrefixes>`;
      return `<Contents><Key>${escaped(one)}</Key><LastModified>${object.modified}</LastModified><ETag>${escaped(object.etag)}</ETag><Size>${object.body.length}</Size></Contents>`;
    });
    const next = isCut ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>${isCut}</IsTruncated>${xml.join('')}${next}</ListBucketResult>`);
  }

  #object(request: Request, response: ServerResponse, match: string | undefined, fault: Fault | undefined): void {
    const object = this.#objects.get(request.key);
    if (object === undefined) return refuse(request, response, { kind: 'error', status: 404, code: 'NoSuchKey' });
    if (match !== undefined && match !== object.etag) return refuse(request, response, { kind: 'error', status: 412, code: 'PreconditionFailed' });
    const headers = { etag: object.etag, 'last-modified': new Date(object.modified).toUTCString(), 'accept-ranges': 'bytes', ...object.headers };
    if (request.method === 'HEAD') {
      const bytes = request.query.get('partNumber') === '1' ? (object.partBytes ?? object.body.length) : object.body.length;
      return void response.writeHead(200, { ...headers, 'content-length': bytes }).end();
    }
    const asked = fault?.kind === 'ignore-range' ? null : /^bytes=(\d+)-(\d*)$/.exec(request.range ?? '');
    const from = Number(asked?.[1] ?? 0);
    const to = asked?.[2] ? Number(asked[2]) + 1 : object.body.length;
    const body = Buffer.from(object.body.subarray(from, to));
    if (fault?.kind === 'corrupt') body[0] = (body[0] ?? 0) ^ 0xff;
    const range = asked === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${object.body.length}` };
    response.writeHead(asked === null ? 200 : 206, { ...headers, ...range, 'content-length': body.length });
    if (fault?.kind !== 'cut' && fault?.kind !== 'hang') {
      request.sent = body.length;
      return void response.end(body);
    }
    const sent = body.subarray(0, fault.after);
    request.sent = sent.length;
    // The bytes have left before the connection ends.
    response.write(sent, () => {
      if (fault.kind === 'cut') setTimeout(() => response.destroy(), 50);
    });
  }
}

function refuse({ method }: Request, response: ServerResponse, { status, code, message = code, headers = {} }: Extract<Fault, { kind: 'error' }>): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`);
}

function etagOf(body: Buffer, partBytes: number | undefined): string {
  const md5 = (data: Buffer): Buffer => createHash('md5').update(data).digest();
  if (partBytes === undefined) return `"${md5(body).toString('hex')}"`;
  const parts = Array.from({ length: Math.ceil(body.length / partBytes) }, (_, part) => md5(body.subarray(part * partBytes, (part + 1) * partBytes)));
  return `"${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}"`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
