import { isAddressOfNobody } from '../../access/principal.js';
import type { Settings } from '../../config/settings.js';

/** Returns whether somebody with this address may make an account. The address is verified before it is used. */
export function maySignUp(email: string, signUp: Settings['identity']['signUp']): boolean {
  if (signUp === 'closed' || isAddressOfNobody(email)) return false;
  if (signUp === 'open') return true;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return signUp.includes(domain);
}
