/** The frame of every page: where one is, the way back, language and appearance. */
import { ActionIcon, Container, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Icon } from '../../shared/parts/icon';
import { Preferences } from '../../shared/parts/preferences';
import { OfflineNotice } from './offline-notice';
import classes from './page.module.css';

export interface PageProps {
  /** The question that the page asks. */
  title: string;
  /** Above it: the salon's name, or the site's. */
  heading: string;
  /** Address of the page before; none at the start. */
  back?: string;
  /** Stays at the lower edge, where a thumb reaches it. */
  footer?: ReactNode;
  children: ReactNode;
}

export function Page({ title, heading, back, footer, children }: PageProps): ReactNode {
  const t = useSharedTexts();
  const question = useRef<HTMLHeadingElement>(null);
  // A new page begins at its top, for the eye and for a screen reader.
  useEffect(() => {
    scrollTo(0, 0);
    question.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · ${heading}`;
  }, [title, heading]);
  return (
    <div className={classes['page']}>
      <Container size={560} component="header" w="100%" className={classes['header'] ?? ''}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Group gap={4} wrap="nowrap" miw={0}>
            {back !== undefined && (
              <ActionIcon component={Link} href={back} variant="subtle" size="lg" ml={-8} aria-label={t('back')}>
                <Icon name="back" />
              </ActionIcon>
            )}
            <Text fw={600} truncate>
              {heading}
            </Text>
          </Group>
          <Preferences />
        </Group>
      </Container>
      <Container size={560} component="main" w="100%" className={classes['main'] ?? ''}>
        <Stack gap="md">
          <Title order={1} size="h2" ref={question} tabIndex={-1} className={classes['question'] ?? ''}>
            {title}
          </Title>
          <OfflineNotice />
          {children}
        </Stack>
      </Container>
      {footer !== undefined && (
        <div className={classes['footer']}>
          <Container size={560} w="100%">
            {footer}
          </Container>
        </div>
      )}
    </div>
  );
}
