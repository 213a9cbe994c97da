import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from './client';

const MCP = /\/mcp$/;

/** Where clients reach the service, without a slash at the end. It may be another address than that of this page. */
export const serviceAddressQuery = queryOptions({
  queryKey: ['service-address'],
  queryFn: async () => {
    const query = { client: 'codex' } as const;
    const config = await dataOf(api.GET('/api/mcp/client-config', { params: { query } }));
    return (config as Schema<'ClientConfig'>).url.replace(MCP, '');
  },
  staleTime: Infinity,
});
