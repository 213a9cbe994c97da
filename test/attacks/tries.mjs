class NotHeld extends Error {}

/** Ends a try: the service did not hold. */
export function notHeld(what) {
  throw new NotHeld(what);
}

/** What was tried against the service, and what of it did not hold. */
export class Tries {
  count = 0;
  /** A line for each try that did not hold. */
  failed = [];

  get held() {
    return this.count - this.failed.length;
  }

  /**
   * Makes one try.
   * @param {string} title what is tried
   * @param {() => unknown} attempt says by {@link notHeld} what went wrong; whatever else it throws is wrong as well
   */
  async make(title, attempt) {
    this.count++;
    try {
      await attempt();
    } catch (error) {
      this.failed.push(`${title}: ${error instanceof NotHeld ? error.message : error.stack}`);
    }
  }
}
