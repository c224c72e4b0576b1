/** `nailbook config <environment>`: the values that hold in an environment, and why. */
import { Command, Option } from 'commander';
import { environment } from '../../lib/config/environments';
import { warnings } from '../../lib/config/rules';
import type { EnvironmentConfig, EnvironmentName } from '../../lib/config/schema';
import { parseChanges, withChanges, type Change } from './changes';
import { configFields, type ConfigField } from './config-fields';
import { environmentArgument } from './environment';
import { table } from './table';
import { printJson, type Terminal } from './terminal';

interface Options {
  with: Change[];
  json?: true;
}

export function configCommand(terminal: Terminal): Command {
  return new Command('config')
    .description('print the effective configuration of an environment: every value with its unit and reason')
    .addArgument(environmentArgument())
    .addOption(changesOption('try a change first; may be repeated'))
    .option('--json', 'print fields, warnings and the whole configuration as an object')
    .addHelpText(
      'after',
      `
Examples:
  nailbook config production
  nailbook config production --with service.maxTasks=60   # would it be allowed, and is it risky?
  nailbook config staging --json | jq .config.database`,
    )
    .action((name: EnvironmentName, options: Options) => {
      const config = withChanges(environment(name), options.with);
      const fields = configFields(config);
      const risks = warnings(config);
      if (options.json) printJson(terminal, { environment: name, fields, warnings: risks, config });
      else for (const line of sections(config, fields, risks, terminal.columns)) terminal.out(line);
    });
}

/** `--with`, which may be repeated. */
export function changesOption(description: string): Option {
  return new Option('--with <key=value>', description)
    .argParser((text, before: readonly Change[]) => [...before, ...parseChanges(text)])
    .default([], 'none');
}

function sections(config: EnvironmentConfig, fields: ConfigField[], risks: string[], width?: number): string[] {
  const groups = new Map<string, ConfigField[]>();
  for (const field of fields) {
    if (field.path === 'name') continue;
    const group = field.path.includes('.') ? field.path.replace(/\..*/, '') : 'environment';
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  return [
    `${config.name}, from lib/config/${config.name}.ts; what it leaves open has the default of lib/config/parts`,
    ...[...groups].flatMap(([group, inside]) => section(group, inside, width)),
    '',
    ...(risks.length > 0 ? ['Allowed, and risky:', ...risks.map((risk) => `  ${risk}`)] : ['No warnings.']),
  ];
}

function section(group: string, fields: ConfigField[], width?: number): string[] {
  const rows = fields.map((field) => [
    `  ${field.path.replace(`${group}.`, '')}`,
    shown(field),
    field.source === 'stated' ? field.reason : `${field.source}: ${field.reason}`,
  ]);
  return ['', group, ...table(rows, [{}, {}, {}], width)];
}

function shown({ value, unit }: ConfigField): string {
  const text = Array.isArray(value) ? value.join(', ') || 'none' : String(value);
  return unit === undefined ? text : `${text} ${unit}`;
}
