import { ApiError, client, unwrap, type Passkey } from '../api/client';
import { t } from './i18n';

/** Whether this browser, at this address, knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return window.isSecureContext && 'PublicKeyCredential' in window;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function failed(detail: string): ApiError {
  return new ApiError(400, { detail });
}

/** What the browser throws, in words. It does not tell whether there was a passkey. */
function inWords(cause: unknown): ApiError {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'InvalidStateError') return failed(t('This device has a passkey for your account already.'));
  if (name === 'NotAllowedError' || name === 'AbortError') return failed(t('No passkey was chosen, or it took too long.'));
  return failed(t('This browser cannot use a passkey here.'));
}

function checkPlace(origin: string) {
  if (location.origin !== origin) throw failed(t('Passkeys work at {origin} only.', { origin }));
}

/** Makes a passkey on this device and adds it to one's own account. */
export async function addPasskey(name: string, password: string): Promise<Passkey> {
  const options = await unwrap(client.POST('/api/v1/me/passkeys/options', { body: { current_password: password } }));
  checkPlace(options.origin);
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytesOf(options.challenge),
      rp: { id: options.rp_id, name: options.rp_name },
      user: { id: bytesOf(options.user.id), name: options.user.name, displayName: options.user.display_name },
      pubKeyCredParams: options.algorithms.map((alg) => ({ type: 'public-key', alg })),
      // The transports are words of the device; a browser passes over those it does not know.
      excludeCredentials: options.exclude.map(({ id }) => ({ type: 'public-key', id: bytesOf(id) })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
      timeout: options.timeout_ms,
    },
  }).catch((cause: unknown) => { throw inWords(cause); });
  if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse)) throw inWords(null);
  const { response } = made;
  return unwrap(client.POST('/api/v1/me/passkeys', {
    body: { name, client_data: textOf(response.clientDataJSON), authenticator_data: textOf(response.getAuthenticatorData()), transports: response.getTransports().slice(0, 8) },
  }));
}

/** Asks for a passkey of this address, whosever it is, and opens a session with it. */
export async function signInWithPasskey() {
  const options = await unwrap(client.POST('/api/v1/session/passkey/options'));
  checkPlace(options.origin);
  const used = await navigator.credentials.get({
    publicKey: { challenge: bytesOf(options.challenge), rpId: options.rp_id, userVerification: 'required', timeout: options.timeout_ms },
  }).catch((cause: unknown) => { throw inWords(cause); });
  if (!(used instanceof PublicKeyCredential) || !(used.response instanceof AuthenticatorAssertionResponse) || !used.response.userHandle) throw inWords(null);
  const { response } = used;
  return unwrap(client.POST('/api/v1/session/passkey', {
    body: {
      id: textOf(used.rawId),
      user_handle: textOf(used.response.userHandle),
      client_data: textOf(response.clientDataJSON),
      authenticator_data: textOf(response.authenticatorData),
      signature: textOf(response.signature),
    },
  }));
}
