/** The parts of a Grafana dashboard, as its JSON wants them. */

export interface Query {
  expr: string;
  /** Name of the line; `{{label}}` is replaced. */
  legend: string;
}

export interface Panel {
  title: string;
  /** Shown behind the (i). */
  description?: string;
  kind?: 'timeseries' | 'stat' | 'alerts';
  queries?: Query[];
  /** Grafana's name of it. @default 'short' */
  unit?: 'short' | 'percentunit' | 's' | 'reqps' | 'bytes' | 'bool_yes_no';
  /** A line at the service level's threshold: red beyond it. */
  threshold?: { value: number; redWhen: 'above' | 'below' };
  /** Of 24. @default 8 */
  width?: number;
  min?: number;
  max?: number;
}

export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  panels: Panel[];
}

/** Provisioned under this id, locally and on AWS. */
const DATASOURCE = { type: 'prometheus', uid: 'nailbook-prometheus' };

const TAG = 'nailbook';

export function dashboardJson({ uid, title, description, panels }: Dashboard): Record<string, unknown> {
  return {
    uid,
    title,
    description,
    tags: [TAG],
    timezone: 'Asia/Taipei',
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    links: [
      {
        type: 'dashboards',
        title: 'All dashboards',
        tags: [TAG],
        asDropdown: true,
        includeVars: false,
        keepTime: true,
      },
    ],
    panels: placed(panels).map(({ panel, gridPos }, index) => panelJson(panel, index + 1, gridPos)),
  };
}

interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

const HEIGHT = 8;

/** From left to right, in rows of 24 units. */
function placed(panels: readonly Panel[]): { panel: Panel; gridPos: GridPos }[] {
  let [x, y] = [0, 0];
  return panels.map((panel) => {
    const { width: w = 8 } = panel;
    if (x + w > 24) [x, y] = [0, y + HEIGHT];
    const gridPos = { x, y, w, h: HEIGHT };
    x += w;
    return { panel, gridPos };
  });
}

function panelJson(panel: Panel, id: number, gridPos: GridPos): Record<string, unknown> {
  const { title, description = '', kind = 'timeseries', queries = [], unit = 'short', threshold } = panel;
  if (kind === 'alerts') {
    const options = {
      alertName: '',
      stateFilter: { firing: true, pending: true },
      viewMode: 'list',
      datasource: 'Prometheus',
    };
    return { id, type: 'alertlist', title, description, gridPos, options };
  }
  return {
    id,
    type: kind,
    title,
    description,
    gridPos,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(panel.min === undefined ? {} : { min: panel.min }),
        ...(panel.max === undefined ? {} : { max: panel.max }),
        ...(threshold ? thresholdJson(threshold) : {}),
      },
      overrides: [],
    },
    options:
      kind === 'timeseries' ? { legend: { displayMode: 'list', placement: 'bottom' } } : { colorMode: 'background' },
  };
}

function thresholdJson({ value, redWhen }: NonNullable<Panel['threshold']>): Record<string, unknown> {
  const [below, beyond] = redWhen === 'above' ? ['green', 'red'] : ['red', 'green'];
  return {
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: below, value: null },
        { color: beyond, value },
      ],
    },
    custom: { thresholdsStyle: { mode: 'dashed' } },
  };
}
