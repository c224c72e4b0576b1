/** What the API is called on AWS, for programs that look at it from beside it. */

export function apiCluster(environment: string): string {
  return `nailbook-${environment}`;
}

export function apiLogGroup(environment: string): string {
  return `/nailbook/${environment}/api`;
}
