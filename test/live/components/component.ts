/** A program that live tests run against. */
export interface Component {
  readonly name: string;
  /** Undefined where it is absent. */
  readonly find: () => Found | undefined;
  /** Makes it. @throws Error that says what is missing on this machine */
  readonly install: () => Promise<Found>;
}

export interface Found {
  readonly version: string;
  /** Where its programs lie. */
  readonly folder: string;
}
