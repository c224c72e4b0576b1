/**
 * Reads why a field has its value where it is written: in the comments of the environment's file and of the schema, so that there is no
 * second text to keep. It relies on prettier's layout (a field a line) and on the schema's habit of naming a group after its field.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/schema';

const FOLDER = join(__dirname, '../../lib/config');

/** The schema's name for what holds every group. */
const ROOT = 'environmentSchema';

/** What the schema says of a field. */
export interface FieldText {
  /** What it is, with its unit where that needs saying. */
  description: string;
  /** Why the default is what it is; empty when the schema does not say. */
  defaultReason: string;
}

/** The comments beside an environment's fields, by path (`database.instanceType`); a group's comment stands for what is in it. */
export function environmentReasons(name: EnvironmentName): Map<string, string> {
  const reasons = new Map<string, string>();
  const group: string[] = [];
  let above: string[] = [];
  for (const line of readFileSync(join(FOLDER, `${name}.ts`), 'utf8').split('\n')) {
    const [, whole] = /^\s+\/\/ (.*)$/.exec(line) ?? [];
    if (whole !== undefined) {
      above.push(whole);
      continue;
    }
    const [, field, code = '', beside] = /^\s+(\w+): (.*?)(?:\s+\/\/ (.*))?$/.exec(line) ?? [];
    if (field !== undefined) {
      const reason = [...above, ...(beside === undefined ? [] : [beside])].join(' ');
      if (reason !== '') reasons.set([...group, field].join('.'), reason);
      if (code.endsWith('{')) group.push(field);
    } else if (/^\s*}/.test(line)) {
      group.pop();
    }
    above = [];
  }
  return reasons;
}

/** The reason of the field itself, or else of the nearest group around it. */
export function reasonFor(path: string, reasons: ReadonlyMap<string, string>): string | undefined {
  const keys = path.split('.');
  for (let length = keys.length; length > 0; length--) {
    const reason = reasons.get(keys.slice(0, length).join('.'));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What the schema's doc comments say, by group and field: `scaling.cpuPercent`, and `.region` for a field of the environment itself. */
export function schemaTexts(): Map<string, FieldText> {
  const texts = new Map<string, FieldText>();
  for (const file of readdirSync(join(FOLDER, 'parts'))) {
    for (const [key, comment] of commentedFields(readFileSync(join(FOLDER, 'parts', file), 'utf8'))) {
      if (!texts.has(key)) texts.set(key, fieldText(comment));
    }
  }
  return texts;
}

/** The text of the schema for a path in the configuration. */
export function textFor(path: string, texts: ReadonlyMap<string, FieldText>): FieldText | undefined {
  const [field = '', group = ''] = path.split('.').toReversed();
  return texts.get(`${group}.${field}`);
}

function* commentedFields(source: string): Generator<[key: string, comment: string]> {
  let group = '';
  let comment = '';
  let open = false;
  for (const line of source.split('\n')) {
    const [, name] = /^(?:export )?const (\w+) = z/.exec(line) ?? [];
    if (name !== undefined) group = name === ROOT ? '' : name;
    const [, start] = /^\s+\/\*\*(.*)$/.exec(line) ?? [];
    if (start !== undefined) [comment, open] = ['', true];
    if (open) {
      comment += ` ${(start ?? line)
        .replace(/\*\/\s*$/, '')
        .replace(/^\s*\* ?/, '')
        .trim()}`;
      open = !line.includes('*/');
      continue;
    }
    const [, field] = /^\s+(\w+)[:,]/.exec(line) ?? [];
    if (field !== undefined && comment !== '') yield [`${group}.${field}`, comment];
    comment = '';
  }
}

function fieldText(comment: string): FieldText {
  const [, stated = ''] = /@default (?:'[^']*'|\S+?)(?:(?=[\s,])[\s,]+(.*?))?(?:@|\*\/|$)/.exec(comment) ?? [];
  return {
    description: comment.replace(/\s*(@default|@example|\*\/).*$/, '').trim(),
    defaultReason: stated.trim().replace(/^\(([^()]*)\)$/, '$1'),
  };
}
