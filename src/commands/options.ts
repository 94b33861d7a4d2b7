import type { FocusVersion } from '../model/focus/columns.ts';
import type { Format } from '../renderers/index.ts';
import type { CostName } from './cost-metric.ts';
import type { OutputFlags } from './host.ts';

/** Flags that commands share, as commander hands them over. */
export interface CommonOptions extends OutputFlags {
  readonly config?: string;
  readonly store?: string;
}

export interface PeriodOptions {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Sources named on the command line, in place of a configuration. */
export interface AdHocOptions {
  readonly cur?: string;
  readonly focus?: string;
}

export interface SpendingOptions {
  /** Sources that cost money may be asked. */
  readonly yes?: boolean;
}

export interface ReportOptions extends CommonOptions, PeriodOptions, AdHocOptions, SpendingOptions {
  readonly cost: CostName;
  readonly currency?: string;
  readonly format?: Format;
  readonly output?: string;
  readonly offline?: boolean;
  readonly failOn?: string;
  /** A figure, such as `team.search`. */
  readonly explain?: string;
}

export interface CollectOptions extends CommonOptions, PeriodOptions, AdHocOptions, SpendingOptions, AnswerOptions {
  readonly sample?: string;
  readonly for?: string;
}

export interface DoctorOptions extends CommonOptions, AdHocOptions, AnswerOptions {
  readonly rbac?: boolean;
  readonly iam?: boolean;
}

/** For answers that are no reports. */
interface AnswerOptions {
  readonly format?: 'terminal' | 'json';
}

export interface ExportOptions extends CommonOptions, PeriodOptions, AdHocOptions {
  readonly focusVersion?: FocusVersion;
  readonly allocate?: boolean;
  /** A file, or true: what would be written. */
  readonly check?: string | true;
  readonly format?: 'terminal' | 'json';
  readonly output?: string;
  readonly offline?: boolean;
}

export interface InitOptions extends OutputFlags {
  readonly config?: string;
  readonly yes?: boolean;
}

export interface DemoOptions extends OutputFlags {
  readonly output: string;
  readonly serve?: boolean;
}

export type SchemaKind = 'config' | 'report' | 'explanation';
export type Shell = 'bash' | 'zsh' | 'fish';
