import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { Problem } from './problem';

/**
 * A change of something. What was read of it is read again after it: all queries whose keys begin with one of these words. Nobody waits
 * for that: what asked for the change may be gone from the screen by then, and with it what it wanted to say.
 * @param gone the beginning of the keys of what is not there any more, which is not read again
 */
export function useChange<Input, Output>(
  read: readonly string[],
  change: (input: Input) => Promise<Output>,
  gone: readonly (readonly string[])[] = [],
): UseMutationResult<Output, Problem, Input> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const queryKey of gone) client.removeQueries({ queryKey });
      for (const word of read) void client.invalidateQueries({ queryKey: [word] });
    },
  });
}
