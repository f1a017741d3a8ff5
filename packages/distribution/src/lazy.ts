/**
 * An object that stands for the one that `make` returns, and calls it on first use. It lets a module offer instances
 * that cost nothing until somebody wants them.
 */
export function lazy<T extends object>(make: () => T): T {
  return new Proxy({} as T, {
    get(_, key) {
      const target = make();
      const value: unknown = Reflect.get(target, key, target);
      // Methods may use private fields, which only the object itself has.
      return typeof value === "function" ? value.bind(target) : value;
    },
    has: (_, key) => Reflect.has(make(), key),
  });
}
