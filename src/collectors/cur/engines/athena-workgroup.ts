import type { AthenaClient, ResultConfiguration } from '@aws-sdk/client-athena';
import { UserError } from '../../../io/errors.ts';
import type { CurSettings } from '../settings.ts';
import { requestFailed } from './athena-failure.ts';

/** What Athena's workgroup says about queries in it. */
export interface Workgroup {
  readonly name: string;
  /** Whether what it says stands before what a query says. */
  readonly isEnforced: boolean;
  /** Whether it has a place for answers, of its own or managed by Athena. */
  readonly hasPlace: boolean;
  /** Bytes that one query may read. */
  readonly cutoff: number | undefined;
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html @throws UserError if queries cannot run in it */
export async function readWorkgroup(client: AthenaClient, { workgroup: name = 'primary' }: CurSettings, title: string): Promise<Workgroup> {
  const { GetWorkGroupCommand } = await import('@aws-sdk/client-athena');
  const answer = await client.send(new GetWorkGroupCommand({ WorkGroup: name })).catch((error: unknown) => {
    throw requestFailed(title, 'GetWorkGroup', error);
  });
  const { State: state, Configuration: configuration } = answer.WorkGroup ?? {};
  if (state === 'DISABLED') throw new UserError(`${title}: the workgroup ${name} is disabled`, 'enable it, or name another: workgroup: …');
  const engine = configuration?.EngineVersion?.EffectiveEngineVersion;
  if (engine !== undefined && !/version ([3-9]|\d{2,})$/.test(engine)) {
    throw new UserError(`${title}: the workgroup ${name} runs ${engine}`, 'set it to Athena engine version 3, whose SQL is Trino’s');
  }
  const managed = configuration?.ManagedQueryResultsConfiguration?.Enabled === true;
  return {
    name,
    isEnforced: configuration?.EnforceWorkGroupConfiguration === true || managed,
    hasPlace: managed || (configuration?.ResultConfiguration?.OutputLocation ?? '') !== '',
    cutoff: configuration?.BytesScannedCutoffPerQuery,
  };
}

/** Where a query is to say that its answer goes; undefined: the workgroup says it. @throws UserError if nobody does */
export function resultPlace({ name, isEnforced, hasPlace }: Workgroup, { results }: CurSettings, title: string): ResultConfiguration | undefined {
  if (results !== undefined && !isEnforced) return { OutputLocation: results };
  if (hasPlace) return undefined;
  throw new UserError(`${title}: the workgroup ${name} has no place for what queries answer`, 'name one that may be written to: results: s3://BUCKET/PREFIX');
}
