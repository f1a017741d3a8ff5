/** What has come and was not asked for yet, by key: what others send may be ahead of who waits for it. */
export class Inbox<Message> {
  readonly #arrived = new Map<string, Message[]>();
  #waiting: (() => void)[] = [];
  #error: Error | undefined;

  put(key: string, message: Message): void {
    const messages = this.#arrived.get(key);
    if (messages) messages.push(message);
    else this.#arrived.set(key, [message]);
    this.#wake();
  }

  /** Lets everyone who waits, now or later, fail. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }

  /** Waits until `count` messages have come. */
  async take(key: string, count: number): Promise<Message[]> {
    while ((this.#arrived.get(key)?.length ?? 0) < count) {
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const messages = this.#arrived.get(key) ?? [];
    this.#arrived.delete(key);
    return messages;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
