import type { AuditRow } from './audit-queries';

/** How many rows a tail keeps. Whoever wants older ones reads the list. */
export const KEPT_ROWS = 500;
/** So many are drawn in one frame at most: more than come in, and few enough that the page answers meanwhile. */
const DRAWN_AT_ONCE = 12;
/** From here on somebody reads further below, and nothing may move there. */
const AWAY_PX = 60;

type Show = (shown: { rows: readonly AuditRow[]; waiting: number }) => void;

/** Collects rows, and shows those of a frame at once: however many come in a second, the page is drawn once a frame. */
export class IncomingRows {
  private rows: readonly AuditRow[] = [];
  private readonly waiting: AuditRow[] = [];
  private readonly ids = new Set<string>();
  private frame: number | undefined;
  private readonly scroller = document.querySelector('[data-scroller]');
  private readonly scrolled = () => this.plan();

  constructor(private readonly show: Show) {
    this.scroller?.addEventListener('scroll', this.scrolled, { passive: true });
  }

  /** A row may come twice after the stream broke off. */
  add(row: AuditRow): void {
    if (this.ids.has(row.id)) return;
    this.ids.add(row.id);
    this.waiting.push(row);
    if (this.waiting.length > KEPT_ROWS) this.ids.delete(this.waiting.shift()!.id);
    this.plan();
  }

  stop(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.scroller?.removeEventListener('scroll', this.scrolled);
  }

  private plan(): void {
    if (this.waiting.length > 0) this.frame ??= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = undefined;
    const isAway = (this.scroller?.scrollTop ?? 0) > AWAY_PX;
    if (!isAway) {
      const all = [...this.waiting.splice(0, DRAWN_AT_ONCE).toReversed(), ...this.rows];
      for (const { id } of all.slice(KEPT_ROWS)) this.ids.delete(id);
      this.rows = all.slice(0, KEPT_ROWS);
    }
    this.show({ rows: this.rows, waiting: isAway ? this.waiting.length : 0 });
    if (!isAway) this.plan();
  }
}
