/** Words that are not written as they stand in the name of a product. */
const WORDS: Readonly<Record<string, string>> = {
  apm: 'APM',
  rum: 'RUM',
  ci: 'CI',
  csm: 'CSM',
  cspm: 'CSPM',
  cws: 'CWS',
  siem: 'SIEM',
  dbm: 'DBM',
  api: 'API',
  aws: 'AWS',
  iot: 'IoT',
  llm: 'LLM',
  npm: 'NPM',
  ndm: 'NDM',
  sca: 'SCA',
  sast: 'SAST',
  iast: 'IAST',
  oss: 'OSS',
  sds: 'SDS',
  infra: 'Infrastructure',
};

/** Products whose names say too little. https://docs.datadoghq.com/account_management/billing/ */
const NAMES: Readonly<Record<string, string>> = {
  infra_host: 'Infrastructure hosts',
  infra_container: 'Containers',
  fargate_container: 'Fargate tasks',
  apm_host: 'APM hosts',
  apm_trace_search: 'Indexed spans',
  apm_ingested_spans: 'Ingested spans',
  custom_metrics: 'Custom metrics',
  timeseries: 'Custom metrics',
  logs_ingested: 'Ingested logs',
  npm_host: 'Network monitoring hosts',
  dbm_host: 'Database monitoring hosts',
  prof_host: 'Profiled hosts',
  siem_ingested: 'Cloud SIEM: analyzed logs',
  unnamed: 'Not named by Datadog',
};

/** A product in plain words: `logs_indexed_15day` is "Indexed logs, 15 days". */
export function productName(product: string): string {
  const named = NAMES[product];
  if (named !== undefined) return named;
  const days = /^logs_indexed_(\d+)day$/.exec(product)?.[1];
  if (days !== undefined) return `Indexed logs, ${days} days`;
  const words = product
    .split(/[_\s]+/)
    .map((word) => WORDS[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
