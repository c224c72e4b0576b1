/** A change of what the salon has set up. The API answers with the whole of it, and with the bookings that no longer fit. */
import { useQueryClient } from '@tanstack/react-query';
import type { ConfigurationChanged } from '../shared/api/schema';
import { formatDayAndTime } from '../shared/format';
import { useLanguage } from '../shared/i18n/language';
import { useChange } from '../staff/use-change';
import { useNotify } from '../staff/use-notify';
import { KEYS, type Salon } from './salon';
import { useTexts } from './texts';

interface Handlers {
  onDone?: (changed: ConfigurationChanged) => void;
  /** Shows a refusal where it belongs; true when it did. */
  onRefused?: (error: Error) => boolean;
}

export function useConfigurationChange<Input>(
  salon: Salon,
  change: (input: Input) => Promise<ConfigurationChanged>,
  { onDone, onRefused }: Handlers = {},
) {
  const t = useTexts();
  const { language } = useLanguage();
  const notify = useNotify();
  const queries = useQueryClient();
  return useChange({
    change,
    stale: [KEYS.configuration],
    done: t('saved'),
    onDone: (changed: ConfigurationChanged) => {
      const { configuration, affectedBookings } = changed;
      queries.setQueryData(KEYS.configuration, configuration);
      if (affectedBookings.length > 0) {
        const when = affectedBookings.map(({ startsAt }) => formatDayAndTime(startsAt, salon.timeZone, language));
        notify({
          title: t('affected.title', { count: affectedBookings.length }),
          message: t('affected.text', { when: when.join('、') }),
          color: 'orange',
          // Somebody has to talk to these customers.
          autoClose: false,
        });
      }
      onDone?.(changed);
    },
    ...(onRefused ? { onRefused } : {}),
  });
}
