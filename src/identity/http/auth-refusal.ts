/**
 * Returns why the library refused a request, or `null` where it did not. To a browser that comes back from a provider it says
 * so in the address of the page that it sends the browser to.
 */
export async function refusalIn(answer: Response): Promise<string | null> {
  if (answer.status >= 400) return codeIn(answer.clone());
  const target = answer.status === 302 ? answer.headers.get('location') : null;
  if (target === null || !URL.canParse(target, 'http://localhost')) return null;
  const error = new URL(target, 'http://localhost').searchParams.get('error');
  return error === null ? null : /^\w{1,64}$/.test(error) ? error.toLowerCase() : 'refused_by_provider';
}

async function codeIn(answer: Response): Promise<string> {
  try {
    // Those of OAuth have their name in `error` (RFC 6749, section 5.2).
    const { code, error } = (await answer.json()) as { code?: unknown; error?: unknown };
    const name = code ?? error;
    if (typeof name === 'string') return name.toLowerCase();
  } catch {
    // The body is not JSON; its status says enough.
  }
  return String(answer.status);
}
