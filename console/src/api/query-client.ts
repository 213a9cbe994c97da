import { QueryClient } from '@tanstack/react-query';
import { asProblem, type Problem } from './problem';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}

/** Repeating helps where the service was not reached, and not where it refused. */
const isPassing = (error: unknown): boolean => {
  const { status } = asProblem(error);
  return status === 0 || status === 503;
};

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < 2 && isPassing(error) },
  },
});
