import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { meQuery } from './api/me';
import { queryClient } from './api/query-client';
import { startLanguage } from './language/language';
import { router } from './router';
import { applyTheme } from './style/theme';
import './style/base.css';

applyTheme();
// Who is signed in is asked for while the texts are loaded. The frame says what went wrong.
void queryClient.prefetchQuery(meQuery);
await startLanguage();
createRoot(document.querySelector('#console')!).render(
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
