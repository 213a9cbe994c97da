export const texts = import.meta.glob('./de/*.json', { eager: true, import: 'default' });
