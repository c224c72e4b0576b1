/** `node --import tsx bin/pipeline/tell.ts <status> <text>`: tells the team how a job of GitHub ended; status is success, failure or cancelled. */
import { tellTeam } from '../nailbook/release/tell-team';

const SIGNS: Record<string, string> = { success: ':white_check_mark:', cancelled: ':white_circle:' };

async function main([status = '', ...words]: readonly string[]): Promise<void> {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    SLACK_WEBHOOK_URL: url,
  } = process.env;
  const link = server && repository && run ? ` <${server}/${repository}/actions/runs/${run}|The run>` : '';
  console.log(
    await tellTeam(`${SIGNS[status] ?? ':red_circle:'} ${words.join(' ')}: ${status}.${link}`, url || null, fetch),
  );
}

void main(process.argv.slice(2));
