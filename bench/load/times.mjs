const FIRST = 1 << 16;

/** Collects the milliseconds of any number of answers. It keeps every one, so percentiles are exact. */
export class Times {
  #values = new Float64Array(FIRST);
  count = 0;

  add(ms) {
    if (this.count === this.#values.length) {
      const more = new Float64Array(this.count * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.count++] = ms;
  }

  summary() {
    const sorted = this.#values.slice(0, this.count).sort();
    const at = (share) => sorted[Math.min(this.count - 1, Math.floor(this.count * share))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
