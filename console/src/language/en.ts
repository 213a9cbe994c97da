/** The service says everything in English. */
export const said = { scopes: {}, sentences: {} };
/** The texts of the first screen, and of what stands around each of them. */
export const texts = import.meta.glob('./en/{frame,parts,overview}.json', { eager: true, import: 'default' });
