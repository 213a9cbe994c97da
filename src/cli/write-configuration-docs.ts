import { readFileSync, writeFileSync } from 'node:fs';
import { envExample, withSettings } from '../config/configuration-page.js';

// Writes the settings into the page and the file that are named.
const [page, example] = process.argv.slice(2);
if (!page || !example) throw new Error('Usage: npm run docs:configuration');
writeFileSync(page, withSettings(readFileSync(page, 'utf8')));
writeFileSync(example, envExample());
