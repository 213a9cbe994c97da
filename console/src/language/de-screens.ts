export const texts = import.meta.glob(['./de/*.json', '!./de/{frame,parts,overview}.json'], {
  eager: true,
  import: 'default',
});
