/** Pictures of the admin's site on a desktop: a real alert, the salons, and what maintenance found. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AlertPlatform } from '../support/alert-platform';
import type { Pictures } from './pictures';

const ROOT = join(__dirname, '../../..');

const WORDS = {
  'zh-Hant': { signIn: '登入', signOut: '登出', dark: '使用深色', alert: '防止重複預約的限制失效' },
  en: {
    signIn: 'Sign in',
    signOut: 'Sign out',
    dark: 'Use dark colours',
    alert: 'The guard against double bookings is gone',
  },
};

const TASKS = ['health-report', 'clean-up-locks', 'vacuum-tables', 'maintain-indexes', 'archive-bookings'];

export const adminPictures: Pictures = {
  window: { viewport: { width: 1280, height: 760 } },
  take: async ({ page, demo, folder, language, shoot }) => {
    const words = WORDS[language];
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const signIn = async (login: string, password: string) => {
      await page.goto(`${demo.baseUrl}/admin`);
      await page.getByRole('textbox').first().fill(login);
      await page.locator('input[type=password]').fill(password);
      await button(words.signIn).click();
      await button(words.signOut).waitFor();
    };

    const alerts = await AlertPlatform.start();
    try {
      await alerts.answerFor(page);
      await signIn(alerts.login, alerts.password);
      await alerts.do('break');
      await page.getByText(words.alert).first().waitFor();
      await shoot('alerts');
    } finally {
      await page.unrouteAll({ behavior: 'wait' });
      await alerts.stop();
    }

    for (const task of TASKS) {
      const command = ['--import', 'tsx', 'bin/nailbook.ts', 'maintenance', 'run', task];
      const env = { ...process.env, NAILBOOK_LOCAL_FOLDER: folder };
      spawnSync(process.execPath, command, { cwd: ROOT, env });
    }
    await signIn(demo.accounts.adminLogin, demo.accounts.password);
    for (const path of ['health', 'merchants', 'maintenance', 'capacity']) {
      if (path === 'capacity') await button(words.dark).click();
      await page.goto(`${demo.baseUrl}/admin/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await shoot(path === 'capacity' ? 'capacity-dark' : path);
    }
  },
};
