import { localServer, type LocalServer } from './local-server.ts';

interface Execution {
  readonly State: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly reason?: string;
  readonly bytes?: number;
}

/** What AWS says in the stead of an answer. */
interface Refusal {
  readonly status?: number;
  readonly type: string;
  readonly message: string;
}

interface Script {
  readonly workgroup?: object;
  readonly state?: string;
  /** What a query is, look by look; the last one stays. */
  readonly executions?: readonly Execution[];
  readonly columns?: readonly (readonly [name: string, type: string])[];
  readonly rows?: readonly (readonly (string | null)[])[];
  /** Rows of a page, the names of the columns counted. */
  readonly pageSize?: number;
  readonly metadata?: object;
  readonly refuse?: (action: string, before: number) => Refusal | 'hang' | undefined;
}

export interface AthenaServer extends LocalServer {
  /** The actions that were asked for, with what was said. */
  readonly actions: readonly (readonly [action: string, input: Readonly<Record<string, unknown>>])[];
}

const DEFAULT: Execution[] = [{ State: 'QUEUED' }, { State: 'RUNNING' }, { State: 'SUCCEEDED', bytes: 123 }];

/** Speaks Athena's JSON protocol as far as it is used: https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html */
export async function athenaServer(script: Script = {}): Promise<AthenaServer> {
  const { executions = DEFAULT, columns = [], rows = [], pageSize = 1000 } = script;
  const actions: (readonly [string, Record<string, unknown>])[] = [];
  let looks = 0;
  let isStopped = false;
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
    GetWorkGroup: () => ({
      WorkGroup: {
        Name: 'primary',
        State: script.state ?? 'ENABLED',
        Configuration: script.workgroup ?? { EnforceWorkGroupConfiguration: false, EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' } },
      },
    }),
    StartQueryExecution: () => ({ QueryExecutionId: 'q-1' }),
    GetQueryExecution: () => {
      const now: Execution = isStopped ? { State: 'CANCELLED', bytes: 1 } : (executions[Math.min(looks, executions.length - 1)] ?? { State: 'FAILED' });
      looks += 1;
      return {
        QueryExecution: {
          QueryExecutionId: 'q-1',
          Status: { State: now.State, ...(now.reason === undefined ? {} : { StateChangeReason: now.reason }) },
          Statistics: { DataScannedInBytes: now.bytes ?? 0 },
        },
      };
    },
    StopQueryExecution: () => {
      isStopped = true;
      return {};
    },
    GetQueryResults: ({ NextToken }) => {
      const all = [columns.map(([name]) => name), ...rows];
      const from = Number(NextToken ?? 0);
      const next = from + pageSize;
      return {
        ResultSet: {
          Rows: all.slice(from, next).map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) })),
          ResultSetMetadata: { ColumnInfo: columns.map(([Name, Type]) => ({ Name, Type })) },
        },
        ...(next < all.length ? { NextToken: String(next) } : {}),
      };
    },
    GetTableMetadata: () => ({ TableMetadata: script.metadata }),
  };
  const server = await localServer((asked, response) => {
    const action = String(asked.headers['x-amz-target']).split('.')[1] ?? '';
    const input: Record<string, unknown> = JSON.parse(asked.body);
    const refusal = script.refuse?.(action, actions.length);
    actions.push([action, input]);
    if (refusal === 'hang') return;
    const answer = refusal === undefined ? answers[action]?.(input) : { __type: refusal.type, message: refusal.message };
    const status = refusal === undefined ? 200 : (refusal.status ?? 400);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  return { ...server, actions };
}
