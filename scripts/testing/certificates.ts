import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A key and a certificate in PEM form, and what it takes to sign others with it. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface CertificateOptions {
  readonly name: string;
  /** DNS names, IPv4 addresses and URIs that it stands for. */
  readonly hosts?: readonly string[];
  /** Who signs it. Default: itself. */
  readonly issuer?: Certificate;
  readonly isAuthority?: boolean;
  readonly from?: Date;
  readonly to?: Date;
}

const dayMs = 86_400_000;
let serial = 1;

/** Makes an X.509 certificate (RFC 5280) with a new P-256 key. */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { name, hosts = [], issuer, isAuthority = false } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const from = options.from ?? new Date(Date.now() - dayMs);
  const to = options.to ?? new Date(Date.now() + dayMs);
  const ecdsaWithSha256 = sequence(oid([42, 134, 72, 206, 61, 4, 3, 2]));
  const extensions = [
    ...(isAuthority ? [sequence(oid([85, 29, 19]), der(0x01, [0xff]), der(0x04, sequence(der(0x01, [0xff]))))] : []),
    ...(hosts.length > 0 ? [sequence(oid([85, 29, 17]), der(0x04, sequence(...hosts.map(generalName))))] : []),
  ];
  const body = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [0x01, serial >> 8, serial++ & 0xff]),
    ecdsaWithSha256,
    commonName(issuer?.name ?? name),
    sequence(utcTime(from), utcTime(to)),
    commonName(name),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, [0, ...signature]));
  const lines = certificate
    .toString("base64")
    .match(/.{1,64}/g)!
    .join("\n");
  return {
    name,
    privateKey,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Iterable<number> | Uint8Array): Buffer {
  const bytes = Buffer.from([...content]);
  const length = bytes.length;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, bytes);
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid([85, 4, 3]), der(0x0c, Buffer.from(name)))));
}

function generalName(host: string): Buffer {
  if (/^\d+(\.\d+){3}$/.test(host)) return der(0x87, host.split(".").map(Number));
  return der(host.includes("://") ? 0x86 : 0x82, Buffer.from(host));
}

function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
