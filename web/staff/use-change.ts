/** A change that the API is asked for: it says when it worked or why it did not, and what became stale is read anew. */
import { type QueryKey, useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { useProblemText, useStaffTexts } from './texts';
import { useNotify } from './use-notify';

/** Long enough to read a refusal. */
const REFUSAL_MS = 10_000;

interface ChangeOptions<Input, Output> {
  change: (input: Input) => Promise<Output>;
  /** Beginnings of the keys to be read anew, after a refusal too: it says that the page is out of date. */
  stale: readonly QueryKey[];
  /** What to say when it worked; nothing without it. */
  done?: string;
  onDone?: (output: Output, input: Input) => void;
  /** Shows a refusal itself, where the page has a better place for it; true when it did. */
  onRefused?: (error: Error, input: Input) => boolean;
}

export function useChange<Input, Output>(
  options: ChangeOptions<Input, Output>,
): UseMutationResult<Output, Error, Input> {
  const t = useStaffTexts();
  const problemText = useProblemText();
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: options.change,
    onSuccess: (output, input) => {
      if (options.done !== undefined) notify({ message: options.done, color: 'teal' });
      options.onDone?.(output, input);
    },
    onError: (error, input) => {
      if (options.onRefused?.(error, input)) return;
      notify({ title: t('refused'), message: problemText(error), color: 'red', autoClose: REFUSAL_MS });
    },
    onSettled: () => Promise.all(options.stale.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
