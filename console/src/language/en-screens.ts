export const texts = import.meta.glob(['./en/*.json', '!./en/{frame,parts,overview}.json'], {
  eager: true,
  import: 'default',
});
