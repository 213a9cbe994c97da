const KEPT = 'bouncer.organization';

/** The organisation that the requests of this browser name, where the person has chosen one. */
export const chosenOrganization = (): string | null => localStorage.getItem(KEPT);

/** Nothing of the former organisation may stay, so the page begins anew. */
export function chooseOrganization(id: string | null): void {
  if (id === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, id);
  location.assign('/console');
}
