/** While there are fewer containers than this, a scan of an array finds one faster than a map. */
const SCAN = 48;

/**
 * The containers of one value in the order in which they were begun. One that comes again is written as a back
 * reference to its number, which is how sharing and cycles survive.
 */
export class References {
  #list: object[] = [];
  #map: Map<object, number> | undefined;

  /** The number of `container`, or -1 when it is new: it is then numbered. */
  find(container: object): number {
    const list = this.#list;
    if (this.#map === undefined) {
      for (let i = 0; i < list.length; i++) if (list[i] === container) return i;
      if (list.length === SCAN) this.#map = new Map(list.map((item, i) => [item, i]));
    } else {
      const known = this.#map.get(container);
      if (known !== undefined) return known;
    }
    this.#map?.set(container, list.length);
    list.push(container);
    return -1;
  }

  clear(): void {
    // Emptied rather than replaced while it is short: that is a new list for every message.
    if (this.#map !== undefined) this.#list = [];
    else while (this.#list.length > 0) this.#list.pop();
    this.#map = undefined;
  }
}
