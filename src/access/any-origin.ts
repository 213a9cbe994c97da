interface Routed {
  routeOptions?: { config?: unknown };
}

/** Marks a route that pages of other sites send forms to. Something else than the `Origin` must tie such a form to its browser. */
export const ANY_ORIGIN = { takesAnyOrigin: true } as const;

/** Returns whether the route of a request is marked with {@link ANY_ORIGIN}. */
export const takesAnyOrigin = ({ routeOptions }: Routed): boolean =>
  (routeOptions?.config as Partial<typeof ANY_ORIGIN> | undefined)?.takesAnyOrigin === true;
