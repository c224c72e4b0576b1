/** Reads fields of JSON that somebody else wrote, without believing its shape. */

export type Fields = Readonly<Record<string, unknown>>;

/** Null when the text is no JSON object. */
export function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function field(value: unknown, name: string): unknown {
  return isFields(value) ? value[name] : undefined;
}

/** Null when there is none, or it is empty. */
export function textField(value: unknown, name: string): string | null {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
}
