/** `npx nailbook`: the operator's command line. */
import { run } from './nailbook/program';

// The reader of a pipe may leave before the end, as `head` does: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// What runs this command line is for package.json's `engines` to say, not for six lines before each answer of AWS.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  });
}

void main();
