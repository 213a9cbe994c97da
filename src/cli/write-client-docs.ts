import { readFileSync, writeFileSync } from 'node:fs';
import { withClientSections } from '../client-config/clients-page.js';

// Writes the clients' settings into the page that is named.
const [page] = process.argv.slice(2);
if (!page) throw new Error('Usage: npm run docs:clients');
writeFileSync(page, withClientSections(readFileSync(page, 'utf8')));
