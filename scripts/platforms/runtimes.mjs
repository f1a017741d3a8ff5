/** The versions of runtimes that are no Node: npx fetches them. */
export const BUN = "bun@1.4.5";
export const DENO = "deno@2.9.6";
