import { chosenOrganization } from './organization';
import { Problem, problemOf } from './problem';
import { leaveForSignIn } from './sign-in';

/**
 * Sends a file that shall become a document. Only `XMLHttpRequest` tells how much of it was sent.
 *
 * @returns the id of the document
 * @throws Problem where the service refuses
 */
export function sendFile(file: File, signal: AbortSignal, onSent: (bytes: number) => void): Promise<string> {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.set('file', file);
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      if (request.status === 201) resolve((JSON.parse(request.responseText) as { id: string }).id);
      else void refusalOf(request).then(reject);
    });
    for (const end of ['error', 'abort'] as const)
      request.addEventListener(end, () => reject(new Problem(0, 'unreachable', end)));
    signal.addEventListener('abort', () => request.abort());
    request.open('POST', '/api/documents/upload');
    const organization = chosenOrganization();
    if (organization !== null) request.setRequestHeader('organization', organization);
    request.send(form);
  });
}

async function refusalOf({ responseText, status, statusText }: XMLHttpRequest): Promise<Problem> {
  if (status === 401) leaveForSignIn();
  return problemOf(new Response(responseText, { status, statusText }));
}
