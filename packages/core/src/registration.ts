/** What `register…` and `on…` calls return: undo it with `dispose()`, or hold it in a `using` declaration. */
export interface Registration extends Disposable {
  /** Undoes the registration. Calling it again does nothing. */
  dispose(): void;
}

/** Makes a {@link Registration} whose first `dispose()` runs `undo`. */
export function registration(undo: () => void): Registration {
  let done = false;
  const dispose = (): void => {
    if (done) return;
    done = true;
    undo();
  };
  return { dispose, [Symbol.dispose]: dispose };
}
