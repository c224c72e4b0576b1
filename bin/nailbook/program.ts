/** The operator's commands, one a file in this folder; a new one is added to the list below. */
import { Command, CommanderError } from 'commander';
import { reasonOf } from '../../app/contract/reason';
import { ConfigurationError } from '../../lib/config/schema';
import { addAdminCommand } from './add-admin';
import { alertsCommand } from './alerts';
import { announceCommand } from './announce';
import { configCommand } from './config';
import { costCommand } from './cost';
import { diagnoseCommand } from './diagnose';
import { maintenanceCommand } from './maintenance';
import { releaseCommand } from './release';
import { repairCommand } from './repair';
import { restoreCommand } from './restore';
import { rollbackCommand } from './rollback';
import { EXIT, Failure, UsageError, type Terminal } from './terminal';
import { weightsCommand } from './weights';

const COMMANDS: ((terminal: Terminal) => Command)[] = [
  addAdminCommand,
  alertsCommand,
  announceCommand,
  configCommand,
  costCommand,
  diagnoseCommand,
  maintenanceCommand,
  releaseCommand,
  repairCommand,
  restoreCommand,
  rollbackCommand,
  weightsCommand,
];

/** All commands, before a command line is read. */
export function nailbookProgram(terminal: Terminal): Command {
  const program = new Command('nailbook')
    .description('Looks after Nailbook: its environments, what they cost, how they are released and restored.')
    .option('--debug', 'show where an error comes from')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 not understood.');
  for (const make of COMMANDS) program.addCommand(make(terminal));
  for (const command of withSubcommands(program)) {
    if (command.commands.length > 0) command.helpCommand('help [command]', 'explain a command');
    command
      .exitOverride()
      .showHelpAfterError(`(${commandName(command)} --help explains)`)
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.err(text.trimEnd()),
        ...(terminal.columns ? { getOutHelpWidth: () => terminal.columns ?? 80 } : {}),
      });
  }
  return program;
}

/** Carries out a command line (without the interpreter's own arguments) and returns its exit code: 0 done, 1 failed, 2 not understood. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = nailbookProgram(terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return exitCodeOf(error, terminal, program.opts<{ debug?: boolean }>().debug ?? false);
  }
}

/** Commander has already printed its own errors and help. */
function exitCodeOf(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (debug && error instanceof Error) terminal.err(error.stack ?? error.message);
  if (error instanceof UsageError) {
    terminal.err(`error: ${error.message}`);
    return EXIT.usage;
  }
  const expected = error instanceof Failure || error instanceof ConfigurationError;
  const message = reasonOf(error);
  terminal.err(expected ? `error: ${message}` : `error: ${message}\n(unexpected; --debug shows where it comes from)`);
  return EXIT.failed;
}

/** The command with all commands below it. */
export function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function commandName(command: Command): string {
  return command.parent ? `${commandName(command.parent)} ${command.name()}` : command.name();
}
