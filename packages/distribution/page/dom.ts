/** An element with text. Text from the network gets into the page by `textContent` only, and so is never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: { readonly text?: string; readonly className?: string; readonly children?: readonly Node[] } = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.text !== undefined) made.textContent = options.text;
  if (options.className !== undefined) made.className = options.className;
  if (options.children) made.append(...options.children);
  return made;
}

export function button(children: readonly Node[], onClick: () => void): HTMLButtonElement {
  const made = element("button", { children });
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** A coloured mark with a sign. */
export function mark(colour: string, sign: string): HTMLSpanElement {
  const made = element("span", { text: sign, className: "mark" });
  made.style.background = colour;
  return made;
}

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
