import { readFile } from 'node:fs/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client, type ChecksumAlgorithm } from '@aws-sdk/client-s3';
import { motoPython } from '../components/moto.ts';
import { freePorts, start, untilReady, type Running } from './process.ts';

export interface Keys {
  readonly id: string;
  readonly secret: string;
}

/** AWS as moto plays it: nothing is there at first, and all is allowed until `enforce`. */
export interface Moto {
  readonly url: string;
  readonly running: Running;
  readonly s3: S3Client;
  readonly createBucket: (bucket: string) => Promise<void>;
  readonly put: (bucket: string, key: string, file: string, checksum?: ChecksumAlgorithm) => Promise<void>;
  /** A user that may do what the policy says, and no more. */
  readonly user: (name: string, policy: object) => Promise<Keys>;
  /** From now on it looks at signatures and policies. */
  readonly enforce: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const ROOT: Keys = { id: 'testing', secret: 'testing' };
const REGION = 'eu-west-1';

/** What a program is told of an AWS that listens at an address. */
export const awsEnv = (url: string, { id, secret }: Keys = ROOT): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
});

export async function startMoto(): Promise<Moto> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  // It allows so many requests before it begins to look who asks.
  const env = { ...process.env, INITIAL_NO_AUTH_ACTION_COUNT: '1000000000', PYTHONDONTWRITEBYTECODE: '1' };
  const running = start(motoPython() ?? 'python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { env });
  await untilReady('moto', running, async () => (await fetch(`${url}/moto-api/data.json`)).ok);
  const s3 = new S3Client({ endpoint: url, region: REGION, forcePathStyle: true, credentials: { accessKeyId: ROOT.id, secretAccessKey: ROOT.secret } });
  return {
    url,
    running,
    s3,
    async createBucket(bucket) {
      await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    },
    async put(bucket, key, file, checksum) {
      const input = { Bucket: bucket, Key: key, Body: await readFile(file), ...(checksum === undefined ? {} : { ChecksumAlgorithm: checksum }) };
      await s3.send(new PutObjectCommand(input));
    },
    async user(name, policy) {
      await iam(url, { Action: 'CreateUser', UserName: name });
      await iam(url, { Action: 'PutUserPolicy', UserName: name, PolicyName: 'printed', PolicyDocument: JSON.stringify(policy) });
      const made = await iam(url, { Action: 'CreateAccessKey', UserName: name });
      return { id: element(made, 'AccessKeyId'), secret: element(made, 'SecretAccessKey') };
    },
    async enforce() {
      await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    },
    async close() {
      s3.destroy();
      await running.stop();
    },
  };
}

/** IAM has no client among the dependencies: its protocol is a form, and moto knows the service by the scope of the signature. */
async function iam(url: string, form: Readonly<Record<string, string>>): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${ROOT.id}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none`;
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ Version: '2010-05-08', ...form }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${form['Action']}: ${answer.status} ${text}`);
  return text;
}

function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${xml}`);
  return found;
}
