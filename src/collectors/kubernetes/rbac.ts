import type { Permission } from '../types.ts';
import { CONFIG_MAPS, DISCOVERY, fullName, METRICS, RESOURCES, type Resource } from './resources.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly ('get' | 'list')[];
}

const LISTED = [...RESOURCES, ...METRICS];

/** The least that reading a cluster takes: the requests are made from the same list. */
export const permissions: readonly Permission[] = [
  ...permissionsFor(RESOURCES),
  { what: `get the ConfigMaps ${CONFIG_MAPS.status} and ${CONFIG_MAPS.priorities} in ${CONFIG_MAPS.namespace}`, why: CONFIG_MAPS.why },
  { what: `get ${DISCOVERY.groups} and ${DISCOVERY.version}`, why: DISCOVERY.why },
];

/** The least that sampling takes. */
export const metricsPermissions: readonly Permission[] = [
  ...permissionsFor(METRICS),
  { what: 'list pods', why: 'which pod a name stands for' },
  { what: `get ${DISCOVERY.groups} and ${DISCOVERY.version}`, why: DISCOVERY.why },
];

function permissionsFor(resources: readonly Resource[]): readonly Permission[] {
  const reasons = [...new Set(resources.map(({ why }) => why))];
  return reasons.map((why) => ({
    what: `list ${resources
      .filter((one) => one.why === why)
      .map(fullName)
      .join(', ')}`,
    why,
  }));
}

/**
 * A ServiceAccount with the least rights that the collectors of this folder need, for `kubectl apply`.
 * @param namespace where the account lives; it is made too
 */
export async function rbacYaml(namespace = 'tonnage'): Promise<string> {
  const { stringify } = await import('yaml');
  const name = 'tonnage';
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const configMaps = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [CONFIG_MAPS.status, CONFIG_MAPS.priorities], verbs: ['get'] }];
  const place = { name: `${name}-cluster-autoscaler`, namespace: CONFIG_MAPS.namespace };
  const documents = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [...listRules(), { nonResourceURLs: [DISCOVERY.groups, DISCOVERY.version], verbs: ['get'] }],
    },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name }, subjects },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: place, rules: configMaps },
    { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: place, roleRef: { apiGroup: rbac, kind: 'Role', name: place.name }, subjects },
  ];
  return documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

/** A rule for each API group. */
function listRules(): readonly Rule[] {
  const groups = [...new Set(LISTED.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: LISTED.filter((one) => one.group === group).map(({ resource }) => resource),
    verbs: ['list'],
  }));
}
