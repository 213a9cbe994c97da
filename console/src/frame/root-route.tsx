import { createRootRoute } from '@tanstack/react-router';
import { type LaterTexts, loadTexts } from '../language/language';
import { NotFound } from './NotFound';
import { ProblemState } from '../parts/ProblemState';
import { Frame } from './Frame';

/** The texts that screens need beside those that are there from the start. */
const TEXTS = new Map<string, readonly LaterTexts[]>([
  ['agents', ['agents']],
  ['audit', ['audit']],
  ['documents', ['documents']],
  ['people', ['agents', 'people']],
  ['settings', ['audit', 'settings']],
]);
const textsOf = (path: string) => path.split('/').flatMap((part) => TEXTS.get(part) ?? []);

export const rootRoute = createRootRoute({
  beforeLoad: ({ location }) => loadTexts(textsOf(location.pathname)),
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ProblemState error={error} retry={reset} />,
});
