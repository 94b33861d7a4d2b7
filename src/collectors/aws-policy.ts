/** One statement of an IAM policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyStatement {
  /** What it is for. Letters and digits only. */
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** The policy that allows what the statements say, and no more. Several sources may need the same: it is said once. */
export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  const distinct = new Map(statements.map((statement) => [JSON.stringify({ ...statement, Sid: '' }), statement]));
  const sids = new Map<string, number>();
  return {
    Version: '2012-10-17',
    Statement: [...distinct.values()].map((statement) => {
      // A Sid may stand only once in a policy.
      const count = (sids.get(statement.Sid) ?? 0) + 1;
      sids.set(statement.Sid, count);
      return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
    }),
  };
}

/** The partition that a region lies in, as ARNs name it. */
export function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-') === true) return 'aws-cn';
  return region?.startsWith('us-gov-') === true ? 'aws-us-gov' : 'aws';
}
