/** What has come and was not asked for yet, by key: what others send may be ahead of who waits for it. */
export class Inbox<Message> {
  readonly #arrived = new Map<string, Message[]>();
  #changed: (() => void) | undefined;
  #error: Error | undefined;

  put(key: string, message: Message): void {
    const messages = this.#arrived.get(key);
    if (messages) messages.push(message);
    else this.#arrived.set(key, [message]);
    this.#changed?.();
  }

  /** Lets everyone who waits, now or later, fail. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#changed?.();
  }

  /** Waits until `count` messages have come. */
  async take(key: string, count: number): Promise<Message[]> {
    while ((this.#arrived.get(key)?.length ?? 0) < count) {
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    const messages = this.#arrived.get(key) ?? [];
    this.#arrived.delete(key);
    return messages;
  }
}
