import { X509Certificate } from 'node:crypto';

const MIN_BITS = 2048;

/** Returns a certificate as it is kept. @param text PEM, or its base64 alone @throws Error, which says what is wrong */
export function certificateIn(text: string): string {
  const certificate = parsed(text.trim());
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_BITS)
    throw new Error(`must be of an RSA key of at least ${MIN_BITS} bits`);
  return certificate.toString();
}

function parsed(text: string): X509Certificate {
  try {
    if (/^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/.test(text))
      return new X509Certificate(text);
    if (!/^[A-Za-z0-9+/=\s]+$/.test(text)) throw new Error('no base64');
    return new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw new Error('must be an X.509 certificate, as PEM or base64');
  }
}

/** What is shown of a certificate, so that it can be compared with that of the provider. */
export function certificateView(pem: string): { sha256: string; validTo: Date } {
  const certificate = new X509Certificate(pem);
  return { sha256: certificate.fingerprint256, validTo: new Date(certificate.validTo) };
}
