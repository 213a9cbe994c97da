/** What the library announces of endpoints that the service keeps closed. */
const CLOSED = [
  'end_session_endpoint',
  'backchannel_logout_supported',
  'backchannel_logout_session_supported',
];
/** Values of `prompt` that lead to no page here. */
const NO_PAGES: readonly unknown[] = ['create', 'select_account'];

/** Leaves in the metadata of the authorization server what the service does. */
export async function announced(answer: Response): Promise<Response> {
  if (answer.status !== 200) return answer;
  const metadata = (await answer.json()) as Record<string, unknown>;
  for (const name of CLOSED) delete metadata[name];
  const { prompt_values_supported: prompts } = metadata;
  if (Array.isArray(prompts))
    metadata.prompt_values_supported = prompts.filter((prompt) => !NO_PAGES.includes(prompt));
  return new Response(JSON.stringify(metadata), { status: 200, headers: answer.headers });
}
