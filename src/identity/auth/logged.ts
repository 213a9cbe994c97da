import { maskSecrets } from '../../secrets/mask-secrets.js';
import { lineText } from '../../validation/line-text.js';

const MOST = 500;

/** Returns what the library says as a line for the log. It repeats what it was sent, by whoever sent it. */
export const logged = (said: unknown): string => lineText(maskSecrets(String(said)).slice(0, MOST));
