export { default as said } from './said/de.json';
export const texts = import.meta.glob('./de/{frame,parts,overview}.json', { eager: true, import: 'default' });
