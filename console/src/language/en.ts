/** The service says everything in English. */
export const said = { scopes: {}, sentences: {} };
export const texts = import.meta.glob(
  ['./en/*.json', '!./en/{agents,audit,documents,people,settings}.json'],
  {
    eager: true,
    import: 'default',
  },
);
