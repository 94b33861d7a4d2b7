import type { Container } from './schema.ts';

/** What a container seems to run on, and what says so. */
export interface Runtime {
  readonly runtime: string | null;
  readonly runtime_hint: string | null;
}

interface Signs {
  readonly runtime: string;
  /** The name of the program in `command` or `args`. */
  readonly programs: readonly string[];
  /** Names of variables; one that ends in `*` stands for all that begin so. */
  readonly variables: readonly string[];
  /** Words in the image's name. */
  readonly images: readonly string[];
}

const SIGNS: readonly Signs[] = [
  {
    runtime: 'jvm',
    programs: ['java'],
    variables: [
      'JAVA_TOOL_OPTIONS',
      'JAVA_OPTS',
      'JDK_JAVA_OPTIONS',
      '_JAVA_OPTIONS',
      'JVM_OPTS',
      'ES_JAVA_OPTS',
      'KAFKA_HEAP_OPTS',
      'CATALINA_OPTS',
      'JAVA_HOME',
      'SPRING_*',
    ],
    images: [
      'java',
      'openjdk',
      'jdk',
      'jre',
      'temurin',
      'corretto',
      'zulu',
      'liberica',
      'tomcat',
      'jetty',
      'wildfly',
      'keycloak',
      'elasticsearch',
      'opensearch',
      'kafka',
      'cassandra',
      'zookeeper',
      'logstash',
      'solr',
      'spark',
      'flink',
      'trino',
      'jenkins',
    ],
  },
  {
    runtime: 'node',
    programs: ['node', 'npm', 'yarn', 'pnpm', 'next'],
    variables: ['NODE_OPTIONS', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS'],
    images: ['node', 'nodejs'],
  },
  {
    runtime: 'python',
    programs: ['python', 'python3', 'gunicorn', 'uvicorn', 'celery', 'uwsgi', 'hypercorn', 'flask'],
    variables: ['PYTHONUNBUFFERED', 'PYTHONPATH', 'PYTHONDONTWRITEBYTECODE', 'GUNICORN_CMD_ARGS', 'DJANGO_SETTINGS_MODULE', 'FLASK_*', 'CELERY_*'],
    images: ['python', 'airflow', 'jupyter'],
  },
  {
    runtime: 'ruby',
    programs: ['ruby', 'bundle', 'puma', 'sidekiq', 'rails', 'unicorn', 'rake', 'resque'],
    variables: ['RAILS_ENV', 'RAILS_*', 'RACK_ENV', 'RUBY_*', 'RUBYOPT', 'BUNDLE_*', 'GEM_HOME'],
    images: ['ruby', 'rails', 'sidekiq'],
  },
  { runtime: 'php', programs: ['php', 'php-fpm', 'artisan'], variables: ['PHP_*', 'COMPOSER_*'], images: ['php', 'laravel', 'wordpress', 'drupal'] },
  { runtime: 'dotnet', programs: ['dotnet'], variables: ['DOTNET_*', 'ASPNETCORE_*'], images: ['dotnet', 'aspnet'] },
  { runtime: 'beam', programs: ['beam.smp', 'elixir', 'mix', 'erl'], variables: ['ERL_*', 'ELIXIR_*', 'MIX_ENV'], images: ['elixir', 'erlang', 'rabbitmq'] },
  { runtime: 'postgres', programs: ['postgres'], variables: ['POSTGRES_DB', 'PGDATA'], images: ['postgres', 'postgresql'] },
  { runtime: 'redis', programs: ['redis-server', 'valkey-server'], variables: [], images: ['redis', 'valkey'] },
  { runtime: 'envoy', programs: ['envoy', 'pilot-agent'], variables: ['ISTIO_META_*'], images: ['envoy', 'istio', 'proxyv2'] },
  { runtime: 'nginx', programs: ['nginx'], variables: ['NGINX_*'], images: ['nginx', 'openresty'] },
  { runtime: 'go', programs: [], variables: ['GOMEMLIMIT', 'GOGC', 'GOMAXPROCS', 'GODEBUG'], images: ['golang'] },
];

/** Options of the JVM that size its heap: these are numbers, never secrets. */
const HEAP = /(?:^|\s)(-Xm[sx]\d+[kKmMgGtT]?|-XX:(?:Max|Min|Initial)RAMPercentage=[\d.]+)(?=\s|$)/g;

/** Told from names alone: of programs, of variables (never their values), of the image. The surest sign is taken. */
export function runtimeOf(container: Container): Runtime {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const heap = [...words.join(' ').matchAll(HEAP)].map(([, option]) => option);
  if (heap.length > 0) return { runtime: 'jvm', runtime_hint: `args ${heap.join(' ')}` };
  const found = ofProgram(words) ?? ofVariable(container) ?? ofImage(container.image ?? '');
  return { runtime: found?.[0] ?? null, runtime_hint: found?.[1] ?? null };
}

type Found = readonly [runtime: string, hint: string];

function ofProgram(words: readonly string[]): Found | undefined {
  // `sh -c "exec java -jar app.jar"` runs java: the words of a script count too.
  const names = words.flatMap((word) => word.split(/[\s;&|]+/)).map((word) => word.split('/').at(-1) ?? '');
  const found = SIGNS.find(({ programs }) => programs.some((program) => names.includes(program)));
  const program = found?.programs.find((one) => names.includes(one));
  return found === undefined ? undefined : [found.runtime, `command ${program}`];
}

function ofVariable({ env }: Container): Found | undefined {
  for (const { runtime, variables } of SIGNS) {
    const found = env?.find(({ name }) => variables.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one)));
    if (found !== undefined) return [runtime, `variable ${found.name}`];
  }
  return undefined;
}

function ofImage(image: string): Found | undefined {
  const path = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const words = path.split(/[/._-]+/);
  for (const { runtime, images } of SIGNS) {
    const word = images.find((one) => words.includes(one));
    if (word !== undefined) return [runtime, `image ${word}`];
  }
  return undefined;
}
