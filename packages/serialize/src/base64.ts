import { FormatError } from "./errors.ts";

/** Bytes as base64 (RFC 4648), by what every platform has. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces, as every byte is an argument of the call.
  for (let i = 0; i < bytes.length; i += 0x2000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new FormatError("serialize.fromJson: expected base64", { cause });
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
