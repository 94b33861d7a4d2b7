import { json } from './rows.ts';
import type { Metadata, Owner, Pod } from './schema.ts';

/** What a pod belongs to, as far as that is known. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** JSON; null where it was not read. */
  readonly labels: string | null;
  /** False where a ReplicaSet or Job is named as owner that could not be read: what that belongs to is not known. */
  readonly isKnown: boolean;
}

export interface Revision {
  readonly label: string;
  readonly value: string;
}

export interface Controlled {
  readonly kind: string;
  readonly metadata: Metadata;
  /** Names of the containers of its template; undefined where it has none. */
  readonly containers?: ReadonlySet<string> | undefined;
  /** The label by which pods of the template are told from those of an older one. */
  readonly revision?: Revision | undefined;
  /** Only of what can be the top of a chain without having pods itself. */
  readonly keepsLabels?: boolean;
}

interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly owner: Owner | undefined;
  readonly labels: string | null;
  readonly containers: ReadonlySet<string> | undefined;
  readonly revision: Revision | undefined;
}

/** Of these the owner is always read, where there is one and one may. */
const FOLLOWED = ['ReplicaSet', 'Job', 'StrimziPodSet', 'Revision', 'RayCluster'];
/** Longer chains there are none; a ring would never end. */
const LONGEST_CHAIN = 10;

/** Who owns what. It grows with the controllers of a cluster, not with its pods. */
export class Owners {
  readonly #entries = new Map<string, Entry>();

  add({ kind, metadata, containers, revision, keepsLabels }: Controlled): void {
    if (!metadata.uid) return;
    this.#entries.set(metadata.uid, {
      kind,
      name: metadata.name,
      owner: controllerOf(metadata),
      labels: keepsLabels ? json(metadata.labels ?? {}) : null,
      containers,
      revision,
    });
  }

  /** The controller itself, where it was read. */
  get(uid: string): Pick<Entry, 'kind' | 'containers' | 'revision'> | undefined {
    return this.#entries.get(uid);
  }

  /** The top of the chain that begins with an object: itself, where nothing owns it. */
  topOf(kind: string, metadata: Metadata): Workload {
    const owner = controllerOf(metadata);
    if (owner === undefined) return { kind, name: metadata.name, labels: json(metadata.labels ?? {}), isKnown: true };
    return this.#follow(owner) ?? { kind: owner.kind, name: owner.name, labels: null, isKnown: !FOLLOWED.includes(owner.kind) };
  }

  /** A static pod belongs to its node in the API: to us it is a pod of its own. */
  ofPod({ metadata }: Pod): Workload {
    const owner = controllerOf(metadata);
    if (owner?.kind === 'Node') return { kind: 'Pod', name: metadata.name, labels: json(metadata.labels ?? {}), isKnown: true };
    const top = this.topOf('Pod', metadata);
    return top.isKnown || owner === undefined ? top : (fromHash(owner, metadata) ?? top);
  }

  #follow(from: Owner): Workload | undefined {
    let owner: Owner | undefined = from;
    let found: Workload | undefined;
    for (let length = 0; owner !== undefined && length < LONGEST_CHAIN; length += 1) {
      const entry: Entry | undefined = this.#entries.get(owner.uid);
      if (entry === undefined) return { kind: owner.kind, name: owner.name, labels: null, isKnown: !FOLLOWED.includes(owner.kind) };
      found = { kind: entry.kind, name: entry.name, labels: entry.labels, isKnown: true };
      owner = entry.owner;
    }
    return found;
  }
}

export function controllerOf({ ownerReferences }: Metadata): Owner | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** A ReplicaSet that was not there yet when they were listed: the Deployment's controller puts the hash both into its name and on the pods. */
function fromHash(owner: Owner, { labels }: Metadata): Workload | undefined {
  if (owner.kind !== 'ReplicaSet') return undefined;
  const [kind, hash] =
    labels?.['rollouts-pod-template-hash'] === undefined ? ['Deployment', labels?.['pod-template-hash']] : ['Rollout', labels['rollouts-pod-template-hash']];
  if (hash === undefined || !owner.name.endsWith(`-${hash}`)) return undefined;
  return { kind, name: owner.name.slice(0, -hash.length - 1), labels: null, isKnown: true };
}
