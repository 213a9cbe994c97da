export { default as said } from './said/de.json';
export const texts = import.meta.glob('./de/*.json', { eager: true, import: 'default' });
