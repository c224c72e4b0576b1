/** The resources of an environment as CloudFormation would get them, with where they stand. */
import type { RegionRole } from '../platform-stack';

export interface Resource {
  /** For example `AWS::RDS::DBInstance`. */
  type: string;
  /** Name in its template, which begins with the ids of its constructs: `PostgresqlInstance3A6B`. */
  id: string;
  properties: Properties;
  stack: string;
  region: string;
  role: RegionRole;
}

export type Properties = Readonly<Record<string, unknown>>;

/** The part of a template that costs something. */
export interface Template {
  Resources?: Record<string, { Type: string; Properties?: Properties }>;
}

export function resourcesOf(template: Template, place: Pick<Resource, 'stack' | 'region' | 'role'>): Resource[] {
  const { stack, region, role } = place;
  return Object.entries(template.Resources ?? {}).map(([id, { Type, Properties = {} }]) => ({
    type: Type,
    id,
    properties: Properties,
    stack,
    region,
    role,
  }));
}

/** A resource whose properties do not tell what it costs; the message says which and why. */
export class UnknownCost extends Error {
  override name = 'UnknownCost';

  constructor({ type, id, stack }: Resource, why: string) {
    super(`${type} ${id} in ${stack} ${why}`);
  }
}

/** The number that a property has; CloudFormation also takes digits as text. Throws an UnknownCost where it has none. */
export function numberOf(resource: Resource, property: string): number {
  const value = resource.properties[property];
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new UnknownCost(resource, `has ${property} ${JSON.stringify(value)}: its cost needs a number`);
}

/** The same for text. */
export function textOf(resource: Resource, property: string): string {
  const value = resource.properties[property];
  if (typeof value === 'string') return value;
  throw new UnknownCost(resource, `has ${property} ${JSON.stringify(value)}: its cost needs a text`);
}

/** The members of a list property; none when it is not there. */
export function listOf(properties: Properties, property: string): unknown[] {
  const value = properties[property];
  return Array.isArray(value) ? value : [];
}

/** The fields of an object property; none when it is not there. */
export function objectOf(properties: Properties, property: string): Properties {
  const value = properties[property];
  return isProperties(value) ? value : {};
}

export function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
