/** Synthesises environments for tests, in this process and without an AWS account. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentConfig } from '../../lib/config/schema';
import { NetworkStack } from '../../lib/network/network-stack';
import { addPlatform } from '../../lib/platform';
import { askMainProcess, sharedFolder } from './main-process';

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface SynthesisedStack {
  /** As on the command line, for example `staging/network`. */
  id: string;
  name: string;
  region: string;
  terminationProtection: boolean;
  tags: Record<string, string>;
  template: Template;
  resources: Record<string, Resource>;
  outputs: Record<string, { Export?: unknown }>;
}

/** What is kept of a stack between test files. */
type StoredStack = Omit<SynthesisedStack, 'template' | 'resources' | 'outputs'> & {
  json: { Resources?: Record<string, Resource>; Outputs?: SynthesisedStack['outputs'] };
};

/**
 * All stacks of an environment, by their id without its name: `data`, and `second/data` in a second region. Takes seconds, for the first test
 * file of a run that asks for this configuration.
 */
export async function synthesise(config: EnvironmentConfig, version = '1.2.3'): Promise<Map<string, SynthesisedStack>> {
  const key = createHash('sha256')
    .update(JSON.stringify([config, version]))
    .digest('hex');
  const file = join(sharedFolder(), `${key}.json`);
  if (!existsSync(file)) {
    await askMainProcess('lambdas');
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(synthesiseNow(config, version)));
    renameSync(unfinished, file);
  }
  const stored: StoredStack[] = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(
    stored.map(({ json, ...stack }) => [
      stack.id.replace(`${config.name}-second/`, 'second/').replace(`${config.name}/`, ''),
      {
        ...stack,
        // Made on demand: it looks for cycles, and most tests want one stack's.
        get template() {
          return Template.fromJSON(json);
        },
        resources: json.Resources ?? {},
        outputs: json.Outputs ?? {},
      },
    ]),
  );
}

function synthesiseNow(config: EnvironmentConfig, version: string): StoredStack[] {
  const outdir = mkdtempSync(join(tmpdir(), 'nailbook-synth-'));
  try {
    const app = newApp(outdir);
    addPlatform(app, { config, version });
    return app.synth().stacksRecursively.map((artifact) => ({
      id: artifact.displayName.split(' ')[0] ?? artifact.id,
      name: artifact.stackName,
      region: artifact.environment.region,
      terminationProtection: artifact.terminationProtection ?? false,
      tags: artifact.tags,
      json: artifact.template,
    }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The template of one stack that `build` makes, beside the network it stands in: faster than a whole environment. */
export function templateOf(config: EnvironmentConfig, build: (app: App, network: NetworkStack) => Stack): Template {
  const app = newApp();
  return Template.fromStack(build(app, new NetworkStack(app, 'network', { config })));
}

/** The stacks of the first region and of us-east-1 only. */
export function firstRegion(stacks: Map<string, SynthesisedStack>): Map<string, SynthesisedStack> {
  return new Map([...stacks].filter(([id]) => !id.startsWith('second/') && !id.startsWith('copies-')));
}

/** The stack of that name, for example `network`. */
export function stackOf(stacks: Map<string, SynthesisedStack>, name: string): SynthesisedStack {
  const stack = stacks.get(name);
  if (!stack) throw new Error(`There is no stack ${name}, only ${[...stacks.keys()].join(', ')}`);
  return stack;
}

/** Every resource of a type, with the stack it stands in. */
export function resourcesOf(stacks: Map<string, SynthesisedStack>, type: string) {
  return [...stacks.values()].flatMap((stack) =>
    Object.entries(stack.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({
        stack: stack.id,
        region: stack.region,
        id,
        properties: resource.Properties ?? {},
        resource,
      })),
  );
}

/** The one resource of a type whose id contains `part`. Throws when there are none or several. */
export function resourceOf(stacks: Map<string, SynthesisedStack>, type: string, part = '') {
  const found = resourcesOf(stacks, type).filter(({ stack, id }) => `${stack}/${id}`.includes(part));
  const [first] = found;
  if (!first || found.length > 1)
    throw new Error(`${found.length} resources of type ${type} have "${part}" in their id`);
  return first;
}

/** Without the templates' own checks and copies of the programs, which take seconds, and without printed warnings: `npm run synth` has all three. */
export function newApp(outdir?: string): App {
  return new App({
    context: {
      ...cdkContext(),
      '@aws-cdk/core:annotationsInValidationReport': false,
      'aws:cdk:disable-asset-staging': true,
    },
    analyticsReporting: false,
    stackTraces: false,
    builtinCloudFormationValidation: false,
    ...(outdir ? { outdir } : {}),
  });
}

/** The feature flags of `cdk.json`, which the command line hands to the app. */
export function cdkContext(): Record<string, unknown> {
  const file: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(join(__dirname, '../../cdk.json'), 'utf8'),
  );
  return file.context;
}
