/** The part of Node's `AsyncLocalStorage` that is used here. */
interface Storage {
  run<T, A>(store: unknown, fn: (argument: A) => T, argument: A): T;
  getStore(): unknown;
}
type StorageClass = new () => Storage;

/**
 * One storage for all contexts of the program. It is made by the first `run`: on Node 20 a running storage makes every
 * `await` of the process about 150 ns dearer, which a program that never uses contexts must not pay.
 */
let storage: Storage | undefined;
let looked = false;

/**
 * Node's class without a static import, so that this module also loads where there is no `node:async_hooks`.
 * `process.getBuiltinModule` exists in Node ≥ 20.16, Bun and Deno; some edge runtimes put the class on `globalThis`.
 */
function findStorageClass(): StorageClass | undefined {
  const host = globalThis as {
    readonly process?: {
      getBuiltinModule?: (name: string) => { readonly AsyncLocalStorage?: StorageClass } | undefined;
    };
    readonly AsyncLocalStorage?: StorageClass;
  };
  return host.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage ?? host.AsyncLocalStorage;
}

/** Runs `fn(store)` with `store` as the ambient value, for it and all that it starts. Without a storage it just runs. */
export function runWith<S, T>(store: S, fn: (store: S) => T): T {
  if (!looked) {
    looked = true;
    const StorageClass = findStorageClass();
    if (StorageClass) storage = new StorageClass();
  }
  return storage ? storage.run(store, fn, store) : fn(store);
}

/** Runs `fn` without an ambient value. Never starts the storage. */
export function runWithout<T>(fn: () => T): T {
  return storage ? storage.run(undefined, fn, undefined) : fn();
}

/** The ambient value, if any. Never starts the storage. */
export function ambient(): unknown {
  return storage?.getStore();
}
