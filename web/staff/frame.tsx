/** The frame of the merchant's and the admin's site: a head, a menu, and the pages, each fetched when it is opened. */
import { AppShell, Burger, Button, Group, NavLink, Text } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import dayjs from 'dayjs';
import zhTw from 'dayjs/locale/zh-tw';
import { type ComponentType, type LazyExoticComponent, type ReactNode, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useLanguage } from '../shared/i18n/language';
import { useSharedTexts } from '../shared/i18n/texts';
import { Boundary } from '../shared/parts/boundary';
import { Preferences } from '../shared/parts/preferences';
import { Empty, Loading } from '../shared/parts/states';
import { useStaff } from './session';
import './staff.css';
import { useStaffTexts } from './texts';

// Known by its name from here on, without becoming everybody's.
dayjs.locale(zhTw, undefined, true);

export interface Page {
  path: string;
  /** In the menu. */
  label: string;
  Content: LazyExoticComponent<ComponentType>;
}

export function Frame({ title, pages }: { title: string; pages: readonly Page[] }): ReactNode {
  const t = useStaffTexts();
  const shared = useSharedTexts();
  const { language } = useLanguage();
  const { signOut } = useStaff();
  const [opened, menu] = useDisclosure();
  const [path] = useLocation();
  useHotkeys([['Escape', menu.close]]);
  const account = (
    <>
      <Preferences />
      <Button variant="default" size="compact-sm" onClick={() => void signOut()}>
        {t('signOut')}
      </Button>
    </>
  );
  return (
    <DatesProvider settings={{ locale: language === 'en' ? 'en' : 'zh-tw', firstDayOfWeek: 1 }}>
      <Notifications position="top-right" containerWidth={420} />
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding="md"
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={menu.toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={t('menu')}
                aria-expanded={opened}
              />
              <Text fw={700} truncate>
                {title}
              </Text>
            </Group>
            <Group gap="xs" wrap="nowrap" visibleFrom="sm">
              {account}
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={t('menu')} className="menu" data-closed={!opened}>
          {pages.map((page) => (
            <NavLink
              key={page.path}
              component={Link}
              href={page.path}
              label={page.label}
              active={path === page.path}
              aria-current={path === page.path ? 'page' : undefined}
              onClick={menu.close}
            />
          ))}
          {/* A phone's head has no room for them. */}
          <Group gap="xs" mt="md" px="xs" hiddenFrom="sm">
            {account}
          </Group>
        </AppShell.Navbar>
        <AppShell.Main>
          <Boundary key={path}>
            <Suspense fallback={<Loading />}>
              <Switch>
                {pages.map(({ path: at, Content }) => (
                  <Route key={at} path={at}>
                    <Content />
                  </Route>
                ))}
                <Route>
                  <Empty text={shared('pageUnknown')} />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </AppShell.Main>
      </AppShell>
    </DatesProvider>
  );
}
