/** The little that the pipelines ask of GitHub's REST API: one comment on a pull request, one issue, each found by its mark. */
import type { Get } from '../nailbook/release/health';

const API = 'https://api.github.com';
const TIMEOUT_MS = 30_000;

/** GitHub refuses longer ones. */
export const MOST_CHARACTERS = 65_536;

export interface Repository {
  /** `owner/name` */
  name: string;
  token: string;
  get: Get;
}

export interface Issue {
  number: number;
  body: string | null;
}

/** Throws an Error with GitHub's own words when it refuses. */
async function ask<Answer>(repository: Repository, method: string, path: string, body?: object): Promise<Answer> {
  const response = await repository.get(`${API}/repos/${repository.name}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${repository.token}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`GitHub answers ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
  const answer: Answer = JSON.parse(text);
  return answer;
}

/** Changes the comment that has the mark in it, or writes the first one. */
export async function putComment(repository: Repository, pullRequest: number, mark: string, body: string) {
  for (let page = 1; ; page++) {
    const comments = await ask<{ id: number; body?: string }[]>(
      repository,
      'GET',
      `/issues/${pullRequest}/comments?per_page=100&page=${page}`,
    );
    const own = comments.find((comment) => comment.body?.includes(mark));
    if (own) {
      await ask(repository, 'PATCH', `/issues/comments/${own.id}`, { body });
      return;
    }
    if (comments.length < 100) break;
  }
  await ask(repository, 'POST', `/issues/${pullRequest}/comments`, { body });
}

/** The open issue with the label; null when there is none. */
export async function findIssue(repository: Repository, label: string): Promise<Issue | null> {
  const issues = await ask<Issue[]>(repository, 'GET', `/issues?state=open&labels=${label}&per_page=1`);
  return issues[0] ?? null;
}

export async function putIssue(
  repository: Repository,
  known: Issue | null,
  issue: { title: string; body: string; labels: string[]; state: 'open' | 'closed' },
): Promise<void> {
  if (known) await ask(repository, 'PATCH', `/issues/${known.number}`, issue);
  else if (issue.state === 'open') {
    const { title, body, labels } = issue;
    await ask(repository, 'POST', '/issues', { title, body, labels });
  }
}
