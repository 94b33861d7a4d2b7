import { instant, json, type Fact } from './rows.ts';
import type { Application, Backend, Ingress, Keeping, Metadata, Service, Thing, Volumes } from './schema.ts';
import { withoutSecrets } from './secrets.ts';

interface Described {
  readonly apiVersion?: string | null | undefined;
  readonly metadata: Metadata;
}

function fact(kind: string, apiVersion: string, { metadata }: Described, providerId: string | null | undefined, detail: unknown): Fact {
  return {
    table: 'inventory',
    row: {
      kind,
      api_version: apiVersion,
      namespace: metadata.namespace ?? null,
      name: metadata.name,
      uid: metadata.uid ?? null,
      created: instant(metadata.creationTimestamp),
      provider_id: providerId ?? null,
      labels: json(metadata.labels ?? {}),
      detail: json(withoutSecrets(detail)),
    },
  };
}

/** A namespace, or an operator's object: its name and labels say whose a workload is. */
export const thingFact = (kind: string, apiVersion: string, thing: Described): Fact => fact(kind, apiVersion, thing, null, null);

export function volumeFact(volume: Volumes): Fact {
  const { spec, status } = volume;
  const detail = {
    driver: spec?.csi?.driver ?? (spec?.awsElasticBlockStore ? 'kubernetes.io/aws-ebs' : undefined),
    storageClassName: spec?.storageClassName,
    capacity: spec?.capacity?.['storage'],
    accessModes: spec?.accessModes,
    reclaimPolicy: spec?.persistentVolumeReclaimPolicy,
    claim: spec?.claimRef ? { namespace: spec.claimRef.namespace, name: spec.claimRef.name } : undefined,
    nodeAffinity: spec?.nodeAffinity,
    phase: status?.phase,
  };
  // In-tree: `aws://eu-west-1a/vol-0123`.
  const id = spec?.csi?.volumeHandle ?? spec?.awsElasticBlockStore?.volumeID?.split('/').at(-1);
  return fact('PersistentVolume', 'v1', volume, id, detail);
}

export function claimFact(claim: Volumes): Fact {
  const { spec, status } = claim;
  const detail = {
    storageClassName: spec?.storageClassName,
    volumeName: spec?.volumeName,
    accessModes: spec?.accessModes,
    request: spec?.resources?.requests?.['storage'],
    capacity: status?.capacity?.['storage'],
    phase: status?.phase,
  };
  return fact('PersistentVolumeClaim', 'v1', claim, null, detail);
}

/** Of those that cost nothing by themselves, only the ones that an Ingress leads to: their selectors say whose its load balancer is. */
export function serviceFacts(service: Service, backends: ReadonlySet<string>): Fact[] {
  const { metadata, spec, status } = service;
  if (spec?.type !== 'LoadBalancer' && !backends.has(`${metadata.namespace ?? ''}/${metadata.name}`)) return [];
  const address = status?.loadBalancer?.ingress?.[0];
  const detail = { loadBalancerClass: spec?.loadBalancerClass, selector: spec?.selector, ports: spec?.ports };
  return [fact('Service', 'v1', service, address?.hostname ?? address?.ip, detail)];
}

/** Names of the Services that it leads to, which are of its own namespace. */
export function backendsOf(ingress: Ingress): readonly string[] {
  const { spec } = ingress;
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))];
  return backends.flatMap((backend) => servicesOf(backend, ingress));
}

/**
 * Those that a backend stands for: itself, or where it is the name of an action of AWS Load Balancer Controller, those that the action forwards to; of a redirect there are none.
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
 */
function servicesOf(backend: Backend, { metadata }: Ingress): readonly string[] {
  const name = backend?.service?.name;
  if (!name) return [];
  const action = metadata.annotations?.[`alb.ingress.kubernetes.io/actions.${name}`];
  return action === undefined ? [name] : [...action.matchAll(/"serviceName"\s*:\s*"([^"]+)"/gi)].flatMap(([, service]) => service ?? []);
}

export function ingressFact(ingress: Ingress): Fact {
  const { spec, status } = ingress;
  const address = status?.loadBalancer?.ingress?.[0];
  const [defaultService, ...others] = servicesOf(spec?.defaultBackend, ingress);
  const rules = spec?.rules?.flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path, backend }) => {
      const services = servicesOf(backend, ingress);
      return services.length === 0 ? [{ host, path }] : services.map((service) => ({ host, path, service }));
    }),
  );
  const all = others.length === 0 ? rules : [...(rules ?? []), ...others.map((service) => ({ service }))];
  const detail = { ingressClassName: spec?.ingressClassName, defaultService, rules: all };
  return fact('Ingress', 'networking.k8s.io/v1', ingress, address?.hostname ?? address?.ip, detail);
}

/** Where it comes from and goes to; parameters and values of charts are left alone, for secrets stand in them. */
export function applicationFact(kind: string, apiVersion: string, application: Application): Fact {
  const { spec, status } = application;
  const template = spec?.template?.spec;
  const detail = {
    project: spec?.project ?? template?.project,
    source: spec?.source ?? template?.source,
    sources: spec?.sources,
    destination: spec?.destination ?? template?.destination,
    generators: spec?.generators?.flatMap((generator) => Object.keys(generator)),
    sync: status?.sync?.status,
    revision: status?.sync?.revision,
    health: status?.health?.status,
  };
  return fact(kind, apiVersion, application, null, detail);
}

/** A node that Karpenter asked for. */
export function nodeClaimFact(apiVersion: string, claim: Thing): Fact {
  const { spec, status } = claim;
  const id = status?.['providerID'];
  const detail = {
    nodeName: status?.['nodeName'],
    imageID: status?.['imageID'],
    requirements: spec?.['requirements'],
    nodeClassRef: spec?.['nodeClassRef'],
    resources: spec?.['resources'],
  };
  return fact('NodeClaim', apiVersion, claim, typeof id === 'string' ? id : null, detail);
}

/** The store that it depends on, and how often it asks. Which keys, is nobody's business. */
export function externalSecretFact(apiVersion: string, secret: Thing): Fact {
  const { spec } = secret;
  return fact('ExternalSecret', apiVersion, secret, null, { secretStoreRef: spec?.['secretStoreRef'], refreshInterval: spec?.['refreshInterval'] });
}

export function budgetFact(kind: string, budget: Keeping): Fact {
  const { metadata, spec, status } = budget;
  const own =
    kind === 'PriorityClass' ? { value: budget.value, globalDefault: budget.globalDefault ?? false, preemptionPolicy: budget.preemptionPolicy } : spec;
  return { table: 'budgets', row: { kind, namespace: metadata.namespace ?? null, name: metadata.name, spec: json(own), status: json(status) } };
}
