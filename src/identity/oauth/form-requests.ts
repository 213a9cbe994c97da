const fromForms = new WeakSet<Request>();

/** Notes that a page of the service asks the library for a form, which it has checked. */
export const noteForm = (request: Request): void => void fromForms.add(request);

/** Returns whether a page of the service asks. */
export const isOfForm = (request: Request | undefined): boolean =>
  request !== undefined && fromForms.has(request);
