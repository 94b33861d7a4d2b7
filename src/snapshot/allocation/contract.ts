import type { ClusterTable } from '../../model/cluster/tables.ts';
import type { CostQuery } from '../charges.ts';
import type { StoredClusterPart } from '../stored-part.ts';

/**
 * What stands between the bill and a cluster: two temporary tables that `clusterCharges` makes, and that `allocateNodes` and the shared methods read.
 * Costs are DECIMAL until they are summed, for a sum of decimals is the same in any order, and one of doubles is not.
 */

/** The columns by which a CostLine tells charges apart; all rows of a cluster's charges have them. Tags follow as `tag0`, `tag1`, ... in the order of `CostQuery.tags`. */
export const LINE_COLUMNS = [
  'month',
  'provider',
  'service',
  'account',
  'account_name',
  'region',
  'category',
  'unused',
  'known',
  'is_correction',
  'load_balancer',
] as const;

export const CLUSTER_CHARGES = 'cluster_charges';

/** `cluster_charges`: beside `LINE_COLUMNS` and the tags. A row is a charge of a cluster (those of none are read by `otherCharges`); its cost is not NULL; rows of splits are not among them. */
export const CLUSTER_CHARGE_COLUMNS = {
  /** FOCUS ChargePeriod, [start, end). */
  charge_start: 'TIMESTAMP',
  charge_end: 'TIMESTAMP',
  /** As the bill has it. */
  resource_id: 'VARCHAR',
  /** FOCUS SkuMeter and x_InstanceType: prices are fitted to charges that are of a whole instance. */
  meter: 'VARCHAR',
  instance_type: 'VARCHAR',
  /** Of the metric asked for. */
  cost: 'DECIMAL(38,12)',
  /** At public prices, whatever the metric: what a core and a GiB cost is fitted to it. */
  list_cost: 'DECIMAL(38,12)',
  /** Name of the cluster as the snapshot has it (or, where no source reads it, as the bill does). */
  cluster: 'VARCHAR',
  /** `node` (all that the bill says of an instance: its hours, Auto Mode fee, data transfer), `fargate-pod`, `volume`, `load-balancer`, `control-plane`, `other`. */
  role: 'VARCHAR',
  /**
   * For `node`: the name of the node in `nodes` whose instance it is; NULL where no source knows it. Names are used again: it is `instance` that tells two nodes of
   * one name apart.
   */
  target: 'VARCHAR',
  /** For `node`: the instance's id (`i-…`), which is the last part of the node's provider_id, also where resource_id is an ARN. */
  instance: 'VARCHAR',
} as const;

export const SPLIT_ROWS = 'split_rows';

/** `split_rows`: a row is what the bill says of one pod, one resource and one stretch of time. Labels follow as `label0`, ... in the order of `AllocationQuery.labels`. */
export const SPLIT_ROW_COLUMNS = {
  month: 'VARCHAR',
  charge_start: 'TIMESTAMP',
  charge_end: 'TIMESTAMP',
  /** Of the instance: as `instance` in `cluster_charges`. NULL or unknown: a split without a parent, which pays for nothing. */
  parent: 'VARCHAR',
  cluster: 'VARCHAR',
  namespace: 'VARCHAR',
  pod: 'VARCHAR',
  pod_uid: 'VARCHAR',
  /** As in `Deployment`: the snapshot's word for the pod where it has one, else from the tags aws:eks:workload-type and -name; NULL: none. */
  workload_kind: 'VARCHAR',
  workload: 'VARCHAR',
  /** SkuMeter: `…EKS-EC2-vCPU-Hours`, `…EKS-EC2-GB-Hours`, `…EKS-EC2-Accelerator-Hours`. */
  meter: 'VARCHAR',
  split_cost: 'DECIMAL(38,12)',
  unused_cost: 'DECIMAL(38,12)',
} as const;

/** A part of a cluster's table, and where its file is (`partFiles` has looked that it is whole). */
export interface LocatedPart {
  readonly part: StoredClusterPart;
  readonly path: string;
}

/** The tables of clusters that an allocation reads. */
export const ALLOCATION_TABLES = ['usage', 'pods', 'nodes', 'workloads', 'inventory'] as const satisfies readonly ClusterTable[];

/** The parts of the clusters' tables that an allocation reads: of the sources that are configured, of all days. */
export type ClusterFiles = Readonly<Partial<Record<ClusterTable, readonly LocatedPart[]>>>;

export interface AllocationQuery extends CostQuery {
  /** Labels of pods that rules ask for, as Kubernetes spells them (`labelsOf`). */
  readonly labels: readonly string[];
  readonly clusters: ClusterFiles;
  /** Clusters are read, though maybe not in these months: a month is told alike, whatever stands beside it. */
  readonly readsClusters?: boolean;
}
