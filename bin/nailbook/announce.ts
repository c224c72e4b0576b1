/** `nailbook announce`: writes the status page, which says what users should know (requirement B5). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { EnvironmentName } from '../../lib/config/schema';
import { siteName } from '../../lib/edge/names';
import { environmentArgument } from './environment';
import { checkAccount, placeOf, type Place } from './release/place';
import { isState, STATE_NAMES, statusPage, withWord, type State, type StatusFile, type Word } from './status-page';
import { suggestion } from './nearest';
import { printJson, type Terminal } from './terminal';

interface Options {
  zh: string;
  en: string;
  next?: number;
  folder?: string;
  dryRun?: true;
  json?: true;
}

const DATA = 'status.json';
const PAGE = 'status.html';

/** Seen within half a minute, without an order to CloudFront. */
const CACHING = 'public, max-age=30';

export function announceCommand(terminal: Terminal): Command {
  return new Command('announce')
    .description("tell users how the platform is: writes the status page of the customers' site")
    .addArgument(environmentArgument())
    .addArgument(new Argument('<state>', `one of ${STATE_NAMES.join(', ')}`).argParser(state))
    .addOption(textOption('--zh <text>', 'in Chinese: for whom, what still works, what to do meanwhile'))
    .addOption(textOption('--en <text>', 'the same in English'))
    .option('--next <minutes>', 'when the next word is to be expected', minutes)
    .option('--folder <path>', 'write the page there instead, without AWS')
    .option('--dry-run', 'print the page, and write nothing')
    .option('--json', 'print what the page says as an object')
    .addHelpText(
      'after',
      `
Say what users notice, never a cause that is only suspected, and no names.

Examples:
  nailbook announce production slow --zh '預約需要較久時間' --en 'Booking takes longer than usual.' --next 30
  nailbook announce production works
  nailbook announce staging maintenance --folder dist/status`,
    )
    .action(async (name: EnvironmentName, toState: State, options: Options) => {
      const place = placeOf(name);
      const store = options.folder === undefined ? await bucketStore(place) : folderStore(options.folder);
      const now = new Date();
      const next = options.next === undefined ? null : new Date(now.getTime() + options.next * 60_000).toISOString();
      const word: Word = { at: now.toISOString(), state: toState, zh: options.zh, en: options.en, next };
      const file = withWord(await store.read(), word);
      const page = statusPage(file, place.config.timeZone);
      if (!options.dryRun) await store.write(JSON.stringify(file, null, 2), page);
      if (options.json) printJson(terminal, file);
      else terminal.out(options.dryRun ? page : `users read it at ${store.where}`);
    });
}

function textOption(flags: string, description: string): Option {
  return new Option(flags, description).default('', 'the state alone');
}

interface StatusStore {
  where: string;
  read(): Promise<StatusFile>;
  write(data: string, page: string): Promise<void>;
}

function folderStore(folder: string): StatusStore {
  return {
    where: join(folder, PAGE),
    read: async () =>
      existsSync(join(folder, DATA)) ? parse(readFileSync(join(folder, DATA), 'utf8')) : { words: [] },
    write: async (data, page) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, DATA), data);
      writeFileSync(join(folder, PAGE), page);
    },
  };
}

async function bucketStore(place: Place): Promise<StatusStore> {
  const { config, region, prefix } = place;
  await checkAccount(place, new STSClient({ region }));
  return s3Store(
    new S3Client({ region }),
    `${prefix}-site-customer-${config.account}-${config.region}`,
    siteName(config, 'customer'),
  );
}

/** `host` is the site's name. */
export function s3Store(s3: S3Client, bucket: string, host: string): StatusStore {
  const put = (key: string, body: string, type: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type, CacheControl: CACHING }));
  return {
    where: `https://${host}/${PAGE}`,
    read: async () => {
      try {
        const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: DATA }));
        return parse((await body?.transformToString()) ?? '{"words":[]}');
      } catch (error) {
        if (error instanceof NoSuchKey) return { words: [] };
        throw error;
      }
    },
    write: async (data, page) => {
      await put(PAGE, page, 'text/html; charset=utf-8');
      await put(DATA, data, 'application/json');
    },
  };
}

function parse(text: string): StatusFile {
  const file: StatusFile = JSON.parse(text);
  return file;
}

function state(value: string): State {
  if (isState(value)) return value;
  throw new InvalidArgumentError(`Allowed is one of ${STATE_NAMES.join(', ')}${suggestion(value, STATE_NAMES)}.`);
}

function minutes(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= 1440) return number;
  throw new InvalidArgumentError('Allowed is a whole number of minutes from 1 to 1440.');
}
