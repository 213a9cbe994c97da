import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { listOf } from '../../openapi/schema-parts.js';

/** The members are those of RFC 9728, section 2. */
export const resourceMetadataSchema = answerSchema(
  'ResourceMetadata',
  () =>
    z.object({
      resource: z.string(),
      authorization_servers: listOf(z.string()),
      scopes_supported: listOf(z.string()),
      bearer_methods_supported: listOf(z.string()),
      dpop_signing_alg_values_supported: listOf(z.string()),
      dpop_bound_access_tokens_required: z.boolean(),
      resource_name: z.string(),
    }),
  {
    resource: 'https://mcp.example.com/mcp',
    authorization_servers: ['https://mcp.example.com'],
    scopes_supported: ['documents:read', 'read'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256'],
    dpop_bound_access_tokens_required: false,
    resource_name: 'Bouncer',
  },
);

export type ResourceMetadata = z.infer<typeof resourceMetadataSchema>;
