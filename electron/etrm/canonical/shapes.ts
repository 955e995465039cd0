import { intAt } from './bytes.ts';
import { MEMBER, type Ordered } from './key-order.ts';
import { NO_KEY } from './keys.ts';

/** Objects with more members than this are not remembered. */
const MOST_MEMBERS = 64;

/** The members of the last object under one parent key: the next one is probably the same. */
export class Shape implements Ordered {
  /** Keys in the order in which they came, then NO_KEY. */
  readonly keys = new Int32Array(MOST_MEMBERS + 1).fill(NO_KEY);
  readonly order = new Int32Array(MOST_MEMBERS);
  live = 0;
  /** Changes with every `remember`: an object inside another of the same parent key may replace the shape under it. */
  version = 0;

  /** Takes over the keys of `count` members, from `base` on, and their order. */
  remember(members: Int32Array, base: number, count: number, ordered: Ordered): void {
    if (count > MOST_MEMBERS) return;
    for (let at = 0; at < count; at += 1) this.keys[at] = intAt(members, base + at * MEMBER);
    this.keys[count] = NO_KEY;
    for (let at = 0; at < ordered.live; at += 1) this.order[at] = intAt(ordered.order, at);
    this.live = ordered.live;
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
