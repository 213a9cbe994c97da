export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Limits the time to wait for `work`, which continues afterwards. @throws Error with the code `ETIMEDOUT` when it takes longer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`The operation took longer than ${ms} ms`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
