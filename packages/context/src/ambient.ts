/** The part of Node's `AsyncLocalStorage` that is used here. */
interface Storage {
  run<T, A>(store: unknown, fn: (argument: A) => T, argument: A): T;
  getStore(): unknown;
  enterWith?(store: unknown): void;
}
type StorageClass = new () => Storage;

/**
 * One storage for all contexts of the program. It is made when the program first uses ambient contexts: on Node 20 a
 * running storage makes every `await` of the process about 150 ns dearer, which a program that never does must not pay.
 */
let storage: Storage | undefined;
let looked = false;
/** The context of the function that {@link runPassively} is calling, while there is no storage. */
let passive: unknown;

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

function start(): void {
  looked = true;
  const StorageClass = findStorageClass();
  if (StorageClass) storage = new StorageClass();
}

/** Runs `fn(store)` with `store` as the ambient value, for it and all that it starts. Without a storage it just runs. */
export function runWith<S, T>(store: S, fn: (store: S) => T): T {
  if (!looked) start();
  return storage ? storage.run(store, fn, store) : fn(store);
}

/**
 * As {@link runWith}, but without starting the storage: until something else has, `store` is ambient in what `fn` does
 * before its first `await`. If `fn` asks for it there, it stays ambient for all that `fn` starts.
 */
export function runPassively<S, T>(store: S, fn: (store: S) => T): T {
  if (storage) return storage.run(store, fn, store);
  const before = passive;
  passive = store;
  try {
    return fn(store);
  } finally {
    passive = before;
    // If `fn` has started the storage, it has entered there what must not outlast it.
    (storage as Storage | undefined)?.enterWith?.(before);
  }
}

/** The ambient value, if any. Never starts the storage. */
export function peek(): unknown {
  return storage ? storage.getStore() : passive;
}

/** The ambient value, if any. From here on the platform keeps track of it. */
export function ambient(): unknown {
  if (!looked) {
    start();
    if (passive !== undefined) storage?.enterWith?.(passive);
  }
  return peek();
}
