/** `npm run monitoring`: writes the Prometheus rules, Alertmanager's inhibition and the Grafana dashboards from the service levels. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { DASHBOARDS } from './monitoring/dashboards';
import { dashboardJson } from './monitoring/panels';
import { alertmanagerConfig, prometheusRules } from './monitoring/rules';

const FOLDER = join(__dirname, '../monitoring');
const DASHBOARD_FOLDER = 'grafana/dashboards';

/** Their content by path below `monitoring/`. */
export function monitoringFiles(): Map<string, string> {
  const note = '# Made by `npm run monitoring` from app/contract/service-levels.ts: change it there.\n';
  const yaml = (value: unknown) => note + stringify(value, { lineWidth: 0 });
  return new Map([
    ['prometheus/rules/service-levels.yml', yaml(prometheusRules())],
    ['alertmanager/alertmanager.yml', yaml(alertmanagerConfig())],
    ...DASHBOARDS.map((dashboard): [string, string] => [
      `${DASHBOARD_FOLDER}/${dashboard.uid}.json`,
      `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`,
    ]),
  ]);
}

function write(): void {
  const files = monitoringFiles();
  mkdirSync(join(FOLDER, DASHBOARD_FOLDER), { recursive: true });
  for (const name of readdirSync(join(FOLDER, DASHBOARD_FOLDER)))
    if (!files.has(`${DASHBOARD_FOLDER}/${name}`)) rmSync(join(FOLDER, DASHBOARD_FOLDER, name));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
    writeFileSync(join(FOLDER, path), content);
    console.log(join('monitoring', path));
  }
}

if (require.main === module) write();
