/** How a client came: it registered itself, it has a metadata document at its id, or an administrator made it. */
export const CLIENT_ORIGINS = ['registered', 'document', 'made'] as const;
export type ClientOrigin = (typeof CLIENT_ORIGINS)[number];

/** The origin of a row `c` of `oauth_clients`, in SQL. */
export const ORIGIN = `
  CASE WHEN c.client_discovery_id IS NOT NULL THEN 'document'
       WHEN c.reference_id IS NOT NULL THEN 'made' ELSE 'registered' END`;
