export { default as said } from './said/de.json';
export const texts = import.meta.glob(
  ['./de/*.json', '!./de/{agents,audit,documents,people,settings}.json'],
  {
    eager: true,
    import: 'default',
  },
);
