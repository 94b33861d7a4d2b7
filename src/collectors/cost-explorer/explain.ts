import { UserError } from '../../io/errors.ts';
import { printable } from '../../io/printable.ts';
import { awsError, commonAwsError, type AwsError } from '../aws-errors.ts';

/** `none`: there is no such data; `expired`: no more; `refused`: the question itself; `broken`: it was not answered as by Cost Explorer. */
export type Failure = 'denied' | 'throttled' | 'none' | 'expired' | 'refused' | 'broken';

/** A request that Cost Explorer answered with an error of its own. */
export class CostExplorerError extends UserError {
  readonly failure: Failure;

  constructor(failure: Failure, message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, options);
    this.name = 'CostExplorerError';
    this.failure = failure;
  }
}

/** The real service sends most of these with status 400: the name decides. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/CommonErrors.html */
const FAILURES: Readonly<Record<string, Failure>> = {
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  NotAuthorized: 'denied',
  OptInRequired: 'denied',
  LimitExceededException: 'throttled',
  DataUnavailableException: 'none',
  BillExpirationException: 'expired',
  ValidationException: 'refused',
  ValidationError: 'refused',
  InvalidParameterValue: 'refused',
  ResourceNotFoundException: 'refused',
  InvalidNextTokenException: 'refused',
  RequestChangedException: 'refused',
  BillingViewHealthStatusException: 'refused',
};

const LATER = 'run again later: what was read is kept, and is not asked (or paid) for again';

/** An error of the SDK in words; what is none of AWS' or the network's is a bug, and stays as it is. `operation`: as in `GetCostAndUsage`. */
export function explain(error: unknown, operation: string): unknown {
  const found = awsError(error);
  if (found === undefined) return error;
  const failure = failureOf(found);
  const action = `ce:${operation}`;
  if (failure === undefined) return commonAwsError(error, `Cost Explorer (${operation})`) ?? error;
  const said = saidBy(found);
  const because = { cause: error };
  switch (failure) {
    case 'denied':
      return new CostExplorerError(
        failure,
        `AWS does not allow ${action}${said}`,
        `allow ${action} on resource "*"; members of an organisation must be let see their costs by its payer`,
        because,
      );
    case 'throttled':
      return new CostExplorerError(failure, `Cost Explorer's limit of requests is reached (${operation})${said}`, LATER, because);
    case 'none':
      return new CostExplorerError(
        failure,
        `Cost Explorer has no data yet (${operation})${said}`,
        'where it was switched on today, they come within a day',
        because,
      );
    case 'expired':
      return new CostExplorerError(failure, `Cost Explorer no longer has the data (${operation})${said}`, 'set a smaller `history` in this source', because);
    case 'refused':
      return new CostExplorerError(
        failure,
        `Cost Explorer refuses the question (${operation})${said}`,
        'days older than 13 months need multi-year data, switched on in its settings; else report this line',
        because,
      );
    case 'broken':
      return new CostExplorerError(
        failure,
        `the answer to ${operation} is not one of Cost Explorer, or was cut off${said}`,
        'look at AWS_ENDPOINT_URL and proxies, and run again: what was read is kept',
        because,
      );
  }
}

function failureOf({ name, message, status, code }: AwsError): Failure | undefined {
  const known = FAILURES[name];
  if (known !== undefined) return known;
  if (name === 'ZodError' || name === 'SyntaxError' || message === 'aborted' || message === 'terminated' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return 'broken';
  return name === 'UnknownError' && (status === 401 || status === 403) ? 'denied' : undefined;
}

/** The first line of what AWS says. Of an answer that is no JSON the SDK repeats the text: that is left out. */
function saidBy({ name, message }: AwsError): string {
  if (name === 'ZodError' || name === 'SyntaxError') return '';
  const line = printable(message.split('\n')[0] ?? '').slice(0, 300);
  return line === '' || line === 'UnknownError' || line === name ? ` (${name})` : `: ${line}`;
}
