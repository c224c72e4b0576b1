/** Tells what happens, line by line, with the time of the deployment beside that of the clock on the wall. */
import { SECOND, type Clock } from './clock';

export class Timeline {
  private began: number | null = null;
  private wall = 0;
  private last = '';

  constructor(private readonly clock: Clock) {}

  /** What was said before is not told. */
  begin(): void {
    this.began = this.clock.now();
    this.wall = performance.now();
  }

  /** A line that says again what the line before it said is left out. */
  say(what: string): void {
    if (this.began === null || what === this.last) return;
    this.last = what;
    const seconds = Math.round((this.clock.now() - this.began) / SECOND);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    console.log(`${time.padStart(8)}  ${((performance.now() - this.wall) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  }
}
