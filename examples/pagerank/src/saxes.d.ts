// The parts of saxes that the tests use. Its own declarations do not compile under `exactOptionalPropertyTypes`.
declare module "saxes" {
  export class SaxesParser {
    constructor(options: { readonly xmlns: false });
    on(event: "error", handler: (error: Error) => void): void;
    on(event: "opentag", handler: (tag: { name: string; attributes: Record<string, string> }) => void): void;
    on(event: "closetag", handler: () => void): void;
    on(event: "text", handler: (text: string) => void): void;
    write(text: string): this;
    close(): this;
  }
}
