import { Argument, Command, Option } from 'commander';
import type { Outcome } from './commands/outcome.ts';
import type { OutputFlags } from './commands/host.ts';
import type * as options from './commands/options.ts';
import type { Io } from './io/io.ts';

/** Runs a command with the world as its flags want it. `main.ts` gives it, so that the program can be built without being run. */
export type Run = (flags: OutputFlags, command: (io: Io) => Promise<Outcome>) => Promise<void>;

/** The whole command line. A command's code is loaded when it runs. */
export function createProgram(run: Run, version: string): Command {
  const program = new Command('tonnage')
    .exitOverride()
    .description('What a month of Heroku, Kubernetes and AWS cost, whose cost it is, and what should change.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .showHelpAfterError('(tonnage --help says what there is)');

  command(program, 'init', 'write a commented tonnage.yaml for what this machine has', 'tonnage init')
    .addOption(configFile())
    .option('-y, --yes', 'take all that is found, ask nothing')
    .action((flags: options.InitOptions) => run(flags, async (io) => (await import('./commands/init.ts')).init(flags, io)));

  command(program, 'doctor', 'check configuration, snapshot and each source', 'tonnage doctor')
    .addOption(configFile())
    .addOption(store())
    .addOption(cur())
    .addOption(focus())
    .addOption(answerFormat())
    .addOption(new Option('--iam', 'print the least that AWS must allow tonnage to read, as an IAM policy, and check nothing'))
    .addOption(new Option('--rbac', 'print the least that a cluster must let tonnage read, as YAML for kubectl apply, and check nothing'))
    .action((flags: options.DoctorOptions) => run(flags, async (io) => (await import('./commands/doctor.ts')).doctor(flags, io)));

  period(command(program, 'collect', 'read the sources into the snapshot', 'tonnage collect --month 2026-10'), 'all that the sources have')
    .addOption(configFile())
    .addOption(store())
    .addOption(cur())
    .addOption(focus())
    .addOption(yes())
    .addOption(new Option('--sample <DURATION>', 'look at clusters that keep no history this often, as in 15s'))
    .addOption(new Option('--for <DURATION>', 'and go on for so long, as in 24h'))
    .addOption(answerFormat())
    .action((flags: options.CollectOptions) => run(flags, async (io) => (await import('./commands/collect.ts')).collect(flags, io)));

  period(
    command(
      program,
      'report',
      'the bill of a month: who owns which part of it, and what changed',
      'tonnage report --cur cur.parquet --month 2026-10 -o october.html',
    ),
    'the newest whole one',
  )
    .addOption(configFile())
    .addOption(store())
    .addOption(cur())
    .addOption(focus())
    .addOption(
      new Option('--cost <METRIC>', 'what to add up')
        .choices(['billed', 'effective', 'net-effective', 'list', 'contracted', 'unblended', 'amortized'])
        .default('effective'),
    )
    .addOption(new Option('--currency <CODE>', 'the currency to report, where the bill has several'))
    .addOption(
      new Option('-f, --format <FORMAT>', 'form of the report (default: by the ending of --output, else terminal)').choices([
        'terminal',
        'markdown',
        'html',
        'csv',
        'json',
      ]),
    )
    .addOption(new Option('-o, --output <FILE>', 'write to a file instead of standard output'))
    .addOption(new Option('--explain <FIGURE>', 'print what a figure is made of, down to the bill, as in team.search or idle'))
    .addOption(yes())
    .addOption(offline())
    .addOption(new Option('--fail-on <EXPR>', "exit with 4 if it holds, as in 'total > 12000' or 'team.search.change > 10%'"))
    .action((flags: options.ReportOptions) => run(flags, async (io) => (await import('./commands/report.ts')).report(flags, io)));

  command(program, 'export', 'the charges as a FOCUS dataset, for other programs', 'tonnage export --to focus --month 2026-10 -o october.parquet')
    .addOption(new Option('--month <YYYY-MM>', 'one month'))
    .addOption(new Option('--from <DATE>', 'first month: YYYY-MM, or its first day'))
    .addOption(new Option('--to <focus|DATE>', 'what to write: focus (the default); or the last month: YYYY-MM, or the day after it').argParser(lastMonth))
    .addOption(configFile())
    .addOption(store())
    .addOption(cur())
    .addOption(focus())
    .addOption(
      new Option('--focus-version <VERSION>', 'version of FOCUS (default: 1.2; of a file to check, that whose columns it has)').choices(['1.2', '1.3']),
    )
    .addOption(new Option('--allocate', 'in place of what nodes, volumes and load balancers of clusters cost, the parts of it that workloads have'))
    .addOption(new Option('--check [FILE]', 'check a FOCUS file, or what would be written, by the rules of FOCUS, and write nothing'))
    .addOption(answerFormat())
    .addOption(new Option('-o, --output <FILE>', 'a .parquet or .csv file (default: CSV to standard output)'))
    .addOption(offline())
    .action((flags: options.ExportOptions) => run(flags, async (io) => (await import('./commands/export.ts')).exportCharges(flags, io)));

  command(program, 'schema', 'the JSON Schema of the configuration, of a report or of an explanation', 'tonnage schema report')
    .addArgument(new Argument('<kind>', 'what to describe').choices(['config', 'report', 'explanation']))
    .action((kind: options.SchemaKind, flags: OutputFlags) => run(flags, async (io) => (await import('./commands/schema.ts')).schema(kind, io)));

  command(program, 'completion', 'the completion script of a shell', 'source <(tonnage completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: options.Shell, flags: OutputFlags) => run(flags, async (io) => (await import('./commands/completion.ts')).completion(program, shell, io)));

  command(program, 'demo', 'the whole way on a made-up company: bills, snapshot, reports', 'tonnage demo')
    .addOption(new Option('-o, --output <DIR>', 'folder to write to').default('tonnage-demo'))
    .addOption(new Option('--serve', 'keep the made-up clusters, Prometheus and Datadog running until Ctrl-C'))
    .action((flags: options.DemoOptions) => run(flags, async (io) => (await import('./commands/demo.ts')).demo(flags, io)));

  return program;
}

function command(program: Command, name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .option('-q, --quiet', 'no progress, no warnings')
    .option('-v, --verbose', 'say more on standard error')
    .option('--no-color', 'no colour')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', `\nExample:\n  $ ${example}`);
}

function period(to: Command, unsaid: string): Command {
  return to
    .addOption(new Option('--month <YYYY-MM>', `one month (default: ${unsaid})`))
    .addOption(new Option('--from <DATE>', 'first month: YYYY-MM, or its first day'))
    .addOption(new Option('--to <DATE>', 'last month: YYYY-MM, or the day after it'));
}

/** `--to focus` says what to write, `--to 2026-10` until when. */
const lastMonth = (value: string, before: string | undefined): string => (value === 'focus' ? (before ?? value) : value);

const configFile = (): Option => new Option('-c, --config <FILE>', 'configuration (default: tonnage.yaml)');
const store = (): Option => new Option('--store <DIR>', 'folder of the snapshot (default: .tonnage)');
const cur = (): Option => new Option('--cur <PATH>', 'a Cost and Usage Report in place of the configured sources: file, folder, manifest or s3://…');
const focus = (): Option => new Option('--focus <PATH>', 'a FOCUS export in place of the configured sources: file, folder, manifest or s3://…');
const yes = (): Option => new Option('-y, --yes', 'agree to what asking a source costs (Cost Explorer: $0.01 a request)');
const answerFormat = (): Option => new Option('-f, --format <FORMAT>', 'form of the answer').choices(['terminal', 'json']).default('terminal');
const offline = (): Option => new Option('--offline', 'never touch a source: use the snapshot as it is');
