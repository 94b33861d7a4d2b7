import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import type { AuditEvent } from '../servers/audit.ts';
import type { Kubernetes } from '../servers/kubernetes.ts';

const Rule = z.object({
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  resourceNames: z.array(z.string()).optional(),
  nonResourceURLs: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
type Rule = z.output<typeof Rule>;

const RoleDocument = z.looseObject({ kind: z.enum(['ClusterRole', 'Role']), rules: z.array(Rule) });
const BindingDocument = z.looseObject({
  kind: z.enum(['ClusterRoleBinding', 'RoleBinding']),
  subjects: z.array(z.object({ kind: z.literal('ServiceAccount'), namespace: z.string(), name: z.string() })).min(1),
});

/** The account that permissions are for, and all that they allow. */
export interface Permissions {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly Rule[];
}

const documentsOf = (yaml: string): unknown[] => parseAllDocuments(yaml).map((document): unknown => document.toJS());

export function permissionsOf(yaml: string): Permissions {
  const documents = documentsOf(yaml);
  const [subject] = documents.flatMap((document) => BindingDocument.safeParse(document).data?.subjects ?? []);
  if (subject === undefined) throw new Error('the YAML binds no ServiceAccount');
  return { namespace: subject.namespace, name: subject.name, rules: documents.flatMap((document) => RoleDocument.safeParse(document).data?.rules ?? []) };
}

/** The same YAML, with one resource left out of its rules. */
export function without(yaml: string, resource: string): string {
  return documentsOf(yaml)
    .map((document) => {
      const role = RoleDocument.safeParse(document).data;
      if (role === undefined) return document;
      const rules = role.rules.map((rule) => ({ ...rule, resources: rule.resources.filter((one) => one !== resource) }));
      return { ...role, rules: rules.filter(({ resources, nonResourceURLs }) => resources.length > 0 || nonResourceURLs !== undefined) };
    })
    .map((document) => stringify(document))
    .join('---\n');
}

/** Applies permissions as a user would, and waits until the server goes by them. `check`: a resource of the core or another group, and whether it may be listed. */
export async function applyPermissions(
  cluster: Kubernetes,
  yaml: string,
  check: { readonly group: string; readonly resource: string; readonly allowed: boolean },
): Promise<void> {
  const { namespace, name } = permissionsOf(yaml);
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], yaml);
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: { verb: 'list', group: check.group, resource: check.resource },
    },
  };
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await cluster.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
    if (z.object({ status: z.object({ allowed: z.boolean() }) }).parse(answer).status.allowed === check.allowed) return;
    await sleep(50);
  }
  throw new Error(`${check.resource}: the server does not go by the permissions`);
}

const pathOf = (uri: string): string => uri.split('?', 1)[0] ?? '';

/** Whether some rule allows what was asked for. */
export function isAllowed({ rules }: Permissions, { verb, objectRef, requestURI }: AuditEvent): boolean {
  if (objectRef?.resource === undefined)
    return rules.some(({ nonResourceURLs = [], verbs }) => verbs.includes(verb) && nonResourceURLs.includes(pathOf(requestURI)));
  const { apiGroup = '', resource, subresource, name } = objectRef;
  const wanted = subresource === undefined ? resource : `${resource}/${subresource}`;
  return rules.some(
    (rule) =>
      rule.apiGroups.includes(apiGroup) &&
      rule.resources.includes(wanted) &&
      rule.verbs.includes(verb) &&
      (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name))),
  );
}
