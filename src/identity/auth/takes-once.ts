import type { TakenProofs } from '../../oauth/dpop/taken-proofs.js';

interface Reserves {
  reserveVerificationValue: (data: {
    identifier: string;
    value: string;
    expiresAt: Date;
  }) => Promise<boolean>;
}

/**
 * Makes an adapter of the library take proofs of possession in the service's own table, once over all replicas. The library would write
 * a row whose id is no UUID.
 */
export function takesOnce(adapter: Reserves, taken: TakenProofs): void {
  adapter.reserveVerificationValue = ({ identifier, expiresAt }) => taken.take(identifier, expiresAt);
}
