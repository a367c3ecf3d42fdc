const INITIAL_ROOM = 16;

/** Ranges of indices, ascending, with a gap between each two. Adding is cheap at the top and at the bottom,
 *  where nearly everything arrives; elsewhere it is a search and a move of memory. */
export class RangeSet {
  #from = new Float64Array(INITIAL_ROOM);
  #to = new Float64Array(INITIAL_ROOM);
  /** Ranges are at #start to #end - 1. */
  #start = 0;
  #end = 0;

  get count(): number {
    return this.#end - this.#start;
  }

  /** The n-th from above, n from 0 to count - 1. */
  fromOf(n: number): number {
    return this.#from[this.#end - 1 - n]!;
  }

  toOf(n: number): number {
    return this.#to[this.#end - 1 - n]!;
  }

  /** Which range, from above, has `index` in it; -1: none. */
  find(index: number): number {
    const at = this.#search(index) - 1;
    return at >= this.#start && this.#to[at]! >= index ? this.#end - 1 - at : -1;
  }

  /** `index` must not be in any range. */
  add(index: number): void {
    const at = this.#search(index);
    const joinsBelow = at > this.#start && this.#to[at - 1] === index - 1;
    const joinsAbove = at < this.#end && this.#from[at] === index + 1;
    if (joinsBelow && joinsAbove) {
      this.#to[at - 1] = this.#to[at]!;
      this.#move(at + 1, at);
    } else if (joinsBelow) this.#to[at - 1] = index;
    else if (joinsAbove) this.#from[at] = index;
    else this.#insert(at, index);
  }

  /** Removes the lowest range if it starts at `index`; returns what follows it, or `index`. */
  takeFrom(index: number): number {
    if (this.count === 0 || this.#from[this.#start] !== index) return index;
    return this.#to[this.#start++]! + 1;
  }

  /** The first range above `index`. */
  #search(index: number): number {
    let low = this.#start;
    let high = this.#end;
    if (low === high || index > this.#to[high - 1]!) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#from[middle]! > index) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #insert(at: number, index: number): void {
    let place = at;
    if (this.#end === this.#from.length) {
      place -= this.#start;
      this.#makeRoom();
    }
    this.#move(place, place + 1);
    this.#from[place] = index;
    this.#to[place] = index;
  }

  #move(source: number, target: number): void {
    if (source < this.#end) {
      this.#from.copyWithin(target, source, this.#end);
      this.#to.copyWithin(target, source, this.#end);
    }
    this.#end += target - source;
  }

  #makeRoom(): void {
    const { count } = this;
    const room = 2 * count > this.#from.length ? 2 * this.#from.length : this.#from.length;
    const from = new Float64Array(room);
    const to = new Float64Array(room);
    from.set(this.#from.subarray(this.#start, this.#end));
    to.set(this.#to.subarray(this.#start, this.#end));
    this.#from = from;
    this.#to = to;
    this.#start = 0;
    this.#end = count;
  }
}
