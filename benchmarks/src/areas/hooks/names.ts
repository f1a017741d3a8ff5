export const OURS = "@graphoid/hooks";
export const LIMIT = "limit";
export const HOOKABLE = "hookable";
