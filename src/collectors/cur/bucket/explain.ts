import { UserError } from '../../../io/errors.ts';
import { awsError, commonAwsError } from '../../aws-errors.ts';
import { Redelivered } from '../redelivered.ts';
import { printAddress } from './address.ts';

type Action = 's3:ListBucket' | 's3:GetObject';

/** What was asked of S3. */
export interface Asked {
  readonly action: Action;
  readonly bucket: string;
  /** Of a list, its prefix. */
  readonly key: string;
}

const POLICY = 'tonnage doctor --iam prints the policy that allows it';
/** No policy of the reader's own helps against it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
const DENIED = 'another policy denies it (of the bucket, the organisation, or a boundary): ask who owns that';

/** An error of S3 as one line with a hint, or as `Redelivered`. What it does not know is passed on as it is. */
export function explained(error: unknown, { action, bucket, key }: Asked): unknown {
  if (error instanceof UserError || error instanceof Redelivered) return error;
  const found = awsError(error);
  if (found === undefined) return error;
  const { name, message, status } = found;
  const address = printAddress(bucket, key);
  const because = { cause: error };
  const isRead = action === 's3:GetObject';
  if (name === 'NoSuchBucket') return new UserError(`${printAddress(bucket, '')}: there is no such bucket`, 'check `path` of this source', because);
  if (isRead && (name === 'NoSuchKey' || name === 'NotFound' || name === 'PreconditionFailed' || name === 'InvalidRange' || status === 412)) {
    return new Redelivered(`${address} was replaced or removed`, because);
  }
  if (name === 'InvalidObjectState') {
    return new UserError(`${address}: is archived (S3 Glacier), and cannot be read`, 'restore it, or let --from begin after it', because);
  }
  if (/^KMS\.|KMSInvalid|kms:Decrypt/.test(`${name} ${message}`) && !/not authorized|AccessDenied/i.test(`${name} ${message}`)) {
    return new UserError(`${address}: its KMS key cannot be used: ${name}`, 'the key is disabled, or awaits deletion: ask who owns it', because);
  }
  if (status === 403 && /^(AccessDenied|AccessDeniedException|Forbidden|AllAccessDisabled|AccountProblem|403|Unknown|UnknownError)$/.test(name)) {
    return new UserError(
      `${address}: not allowed: ${denied(message) ?? `${action} on ${resource(action, bucket, key)}`}`,
      /explicit deny/i.test(message) ? DENIED : POLICY,
      because,
    );
  }
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|TemporaryRedirect)$/.test(name) || status === 301) {
    return new UserError(`${printAddress(bucket, '')}: is in another region`, 'set `region` of this source to that of the bucket', because);
  }
  return (
    commonAwsError(error, address) ?? (status === undefined ? error : new UserError(`${address}: S3 answers ${status} ${name}`, message.slice(0, 200), because))
  );
}

/** The action and resource that AWS names itself, for it may be another service's: a key of KMS. */
function denied(message: string): string | undefined {
  const found = /not authorized to perform:\s*([\w-]+:\w+)(?:.*?on (?:the )?resource(?: associated with this ciphertext)?:?\s*"?(arn:[^\s"]+))?/s.exec(message);
  if (found === null) return undefined;
  // https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html names no key where the caller may not know it.
  return found[2] === undefined ? `${found[1]} on the key that encrypts it` : `${found[1]} on ${found[2]}`;
}

const resource = (action: Action, bucket: string, key: string): string => `arn:aws:s3:::${bucket}${action === 's3:GetObject' ? `/${key}` : ''}`;
