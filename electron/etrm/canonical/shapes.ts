import { intAt } from './bytes.ts';
import { NO_KEY } from './keys.ts';

/** Objects with more members than this are not remembered. */
const MOST_MEMBERS = 64;

/** The members of the last object under one parent key: the next one is probably the same. */
export class Shape {
  /** Keys in the order in which they came, then NO_KEY. */
  readonly keys = new Int32Array(MOST_MEMBERS + 1).fill(NO_KEY);
  /** The members by rank, each as its index in `keys`; of duplicates the last. */
  readonly order = new Int32Array(MOST_MEMBERS);
  live = 0;
  /** Changes with every `remember`: an object inside another of the same parent key may replace the shape under it. */
  version = 0;

  remember(
    members: Int32Array,
    base: number,
    stride: number,
    count: number,
    order: Int32Array,
    live: number,
  ): void {
    if (count > MOST_MEMBERS) return;
    for (let at = 0; at < count; at += 1) this.keys[at] = intAt(members, base + at * stride);
    this.keys[count] = NO_KEY;
    for (let at = 0; at < live; at += 1) this.order[at] = intAt(order, at);
    this.live = live;
    this.version += 1;
  }
}

/** The shapes of a page, by parent key. */
export class Shapes {
  private readonly shapes: Shape[] = [new Shape()];

  /** The shape of objects under a key; top-level objects and those under an unknown key share one. */
  under(parent: number): Shape {
    const at = parent < 0 ? 0 : parent + 1;
    const known = this.shapes[at];
    if (known !== undefined) return known;
    while (this.shapes.length < at) this.shapes.push(new Shape());
    const shape = new Shape();
    this.shapes[at] = shape;
    return shape;
  }

  forget(): void {
    this.shapes.length = 0;
    this.shapes.push(new Shape());
  }
}
