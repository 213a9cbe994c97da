// What a company's web application needs to search and act in Bouncer for the user who is signed in.
import { Bouncer, type BouncerUser, type KeyStore } from 'bouncer-mcp/client';

export function agentAccess(env: Record<string, string | undefined>, keys: KeyStore) {
  const bouncer = new Bouncer({
    url: env.BOUNCER_URL!,
    adminKey: env.BOUNCER_ADMIN_KEY,
    encryptionKey: env.BOUNCER_ENCRYPTION_KEY!,
    keys,
    scopes: ['documents:read', 'documents:write'],
    createUsers: true,
  });
  return (email: string): BouncerUser => bouncer.forUser({ email });
}
