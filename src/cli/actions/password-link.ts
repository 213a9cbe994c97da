import { PasswordLinks } from '../../identity/links/password-links.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withService } from '../with-service.js';

/** Makes a link for somebody who cannot sign in. Whoever runs this reaches the database, and so could do anything. */
export async function printLink(email: string, options: OutputOptions): Promise<void> {
  const { url, expiresAt } = await withService(async (service, { settings: { publicUrl, tls, port } }) => {
    const made = await service.get(PasswordLinks, { strict: false }).issueFor(email, 'users:link');
    const base = publicUrl?.replace(/\/+$/, '') ?? `${tls ? 'https' : 'http'}://localhost:${port}`;
    return { url: base + made.path, expiresAt: made.expiresAt };
  });
  const text = `${url}\nIt works once, until ${expiresAt.toISOString()}. A former link of this user does not work any more.`;
  printResult(options, { url, expiresAt }, text);
}
