import { ServiceError } from '../../errors/service-error.js';

/** How many uploads may be in memory at once. */
const LIMITS = { perUser: 2, total: 4 };
const RETRY_SECONDS = 5;

/** Counts the uploads that run, because each holds a file in memory. */
export class UploadSlots {
  private readonly running: string[] = [];

  /** @returns what ends the upload @throws ServiceError rate_limited */
  take(userId: string): () => void {
    const own = this.running.filter((id) => id === userId).length;
    const { perUser, total } = LIMITS;
    if (own >= perUser || this.running.length >= total) {
      const whose = own >= perUser ? `${perUser} uploads of one user` : `${total} uploads`;
      throw new ServiceError('rate_limited', `${whose} run already. Retry in ${RETRY_SECONDS} seconds`, {
        headers: { 'Retry-After': String(RETRY_SECONDS) },
        data: { retryAfterSeconds: RETRY_SECONDS },
      });
    }
    this.running.push(userId);
    let isTaken = true;
    return () => {
      if (isTaken) this.running.splice(this.running.indexOf(userId), 1);
      isTaken = false;
    };
  }
}
