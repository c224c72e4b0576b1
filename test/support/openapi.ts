/** The API's description, as far as tests read it: they take the routes from here, so that a new route is tested by itself. */

export interface Operation {
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

export interface DescribedRoute {
  method: string;
  /** With parameters in braces. */
  path: string;
  operation: Operation;
  /** Whether a token is asked for. */
  guarded: boolean;
}

export function operationsOf({ paths }: OpenApiDocument): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      guarded: (operation.security ?? []).length > 0,
    })),
  );
}
