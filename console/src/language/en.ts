export const texts = import.meta.glob('./en/*.json', { eager: true, import: 'default' });
