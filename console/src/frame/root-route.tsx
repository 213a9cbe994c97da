import { createRootRoute } from '@tanstack/react-router';
import { loadOtherTexts } from '../language/language';
import { NotFound } from './NotFound';
import { ProblemState } from '../parts/ProblemState';
import { Frame } from './Frame';

export const rootRoute = createRootRoute({
  // The first screen is the overview, whose texts are there before all others.
  beforeLoad: ({ matches }) => (matches.at(-1)?.routeId === '/' ? undefined : loadOtherTexts()),
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ProblemState error={error} retry={reset} />,
});
