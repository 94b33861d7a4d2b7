/** What one workload (or, workload null, a namespace's pods of no known workload) had of a cluster's nodes in a month. Keys of what is shared later. */
export interface WorkloadUse {
  readonly month: string;
  readonly cluster: string;
  readonly namespace: string;
  /** As in `Deployment/api`. */
  readonly workload: string | null;
  /** Labels of its pods that rules ask for. */
  readonly labels: Readonly<Record<string, string | null>>;
  /** What it was allocated of nodes, without idle. */
  readonly cost: number;
  /** Of max(request, use), over the hours that were observed. */
  readonly cpuCoreHours: number;
  readonly memoryGibHours: number;
  readonly podHours: number;
}
