import { existsSync } from 'node:fs';
import { rbacYaml } from '../../../src/collectors/kubernetes/rbac.ts';
import { dataFile } from '../../data.ts';
import { kubernetes } from '../components/kubernetes.ts';
import { startKubernetes, type Kubernetes } from '../servers/kubernetes.ts';
import { applyPermissions, permissionsOf, type Permissions } from './account.ts';
import { applyDefinitions } from './crds.ts';
import { createPods } from './many-pods.ts';
import { createShop } from './shop.ts';

export const isClusterHere = kubernetes.find() !== undefined && existsSync(dataFile('crds'));

export interface FilledCluster {
  readonly cluster: Kubernetes;
  /** The permissions as they are printed, and what they say. */
  readonly yaml: string;
  readonly account: Permissions;
  /** Of the account that has them. @param server where it is asked, if not itself */
  readonly kubeconfig: (server?: string) => Promise<string>;
}

/** A cluster with the shop and as many further pods, and an account with the permissions that are printed. */
export async function fillCluster({ pods = 0, flags = [] }: { readonly pods?: number; readonly flags?: readonly string[] }): Promise<FilledCluster> {
  const cluster = await startKubernetes({ flags });
  try {
    await applyDefinitions(cluster);
    await createShop(cluster);
    if (pods > 0) await createPods(cluster, { namespaces: 50, pods });
    const yaml = await rbacYaml();
    const account = permissionsOf(yaml);
    await applyPermissions(cluster, yaml, { group: '', resource: 'pods', allowed: true });
    const kubeconfig = async (server?: string): Promise<string> => cluster.kubeconfig(await cluster.token(account.namespace, account.name), server);
    await cluster.audit();
    return { cluster, yaml, account, kubeconfig };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
