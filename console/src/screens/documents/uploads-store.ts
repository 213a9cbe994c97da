import { queryClient } from '../../api/query-client';
import { asProblem, type Problem } from '../../api/problem';
import { sendFile } from '../../api/upload';
import { Store } from '../../parts/store';

export interface Upload {
  id: number;
  file: File;
  state: 'waiting' | 'sending' | 'done' | 'failed' | 'stopped';
  /** In bytes. */
  sent: number;
  documentId?: string;
  problem?: Problem;
}

/** The uploads of this tab. They go on while another screen is open. */
export const uploads = new Store<readonly Upload[]>([]);

let isRunning = false;
let open: AbortController | undefined;

export function upload(files: readonly File[]): void {
  uploads.change((known) => {
    const last = known.at(-1)?.id ?? 0;
    return [
      ...known,
      ...files.map((file, place): Upload => ({ id: last + place + 1, file, state: 'waiting', sent: 0 })),
    ];
  });
  void run();
}

export function stopUploads(): void {
  uploads.change((known) =>
    known.map((one) => (one.state === 'waiting' ? { ...one, state: 'stopped' } : one)),
  );
  open?.abort();
}

export const clearUploads = (): void => uploads.change(() => []);

/** One file after the other: the service holds only a few in memory. */
async function run(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  for (;;) {
    const next = uploads.get().find(({ state }) => state === 'waiting');
    if (!next) break;
    await send(next);
  }
  isRunning = false;
  await queryClient.invalidateQueries({ queryKey: ['documents'] });
}

async function send({ id, file }: Upload): Promise<void> {
  const change = (more: Partial<Upload>) =>
    uploads.change((known) => known.map((one) => (one.id === id ? { ...one, ...more } : one)));
  const { signal } = (open = new AbortController());
  change({ state: 'sending' });
  try {
    const documentId = await sendFile(file, signal, (sent) => change({ sent: Math.min(sent, file.size) }));
    change({ state: 'done', sent: file.size, documentId });
  } catch (error) {
    change(signal.aborted ? { state: 'stopped' } : { state: 'failed', problem: asProblem(error) });
  }
}
