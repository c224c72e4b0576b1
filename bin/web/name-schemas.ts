/** Gives the shapes with a title in the API's description a place of their own, so that the types made from it have names. */

interface Schema {
  title?: string;
  [member: string]: unknown;
}

/** `#/components/schemas/<title>` takes the place of each shape with that title; throws an Error when two differ under one title. */
export function nameSchemas(description: object): object {
  const named: Record<string, unknown> = {};

  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const copy: Schema = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member)]));
    // `info` has a title too, and a version with it.
    if (typeof copy.title !== 'string' || 'version' in copy) return copy;
    const known = named[copy.title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(copy)) {
      throw new Error(`Two shapes of the API have the title "${copy.title}": give one of them another`);
    }
    named[copy.title] = copy;
    return { $ref: `#/components/schemas/${copy.title}` };
  };

  const visited = visit(description);
  const { components, ...rest } = { components: {}, ...(typeof visited === 'object' ? visited : {}) };
  return { ...rest, components: { ...components, schemas: named } };
}
