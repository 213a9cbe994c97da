import { createRootRoute } from '@tanstack/react-router';
import { NotFound } from './NotFound';
import { ProblemState } from '../parts/ProblemState';
import { Frame } from './Frame';

export const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ProblemState error={error} retry={reset} />,
});
