import { words } from './words';

export interface SetupValues {
  platform_name: string;
  username: string;
  email: string;
  first_name: string;
  last_name: string;
  password: string;
  again: string;
}

export const PASSWORD_MIN = 12;

/** What is wrong with each field; empty when the form may be sent. */
export function checkSetup(values: SetupValues): Partial<Record<keyof SetupValues, string>> {
  const wrong: Partial<Record<keyof SetupValues, string>> = {};
  if (!values.platform_name.trim()) wrong.platform_name = words.missing;
  if (!values.username.trim()) wrong.username = words.missing;
  if (!/^\S+@\S+$/.test(values.email.trim())) wrong.email = words.notAnAddress;
  if ([...values.password].length < PASSWORD_MIN) wrong.password = words.tooShort;
  if (values.again !== values.password) wrong.again = words.notSame;
  return wrong;
}

/** Only an address of this site may be gone to after sign-in. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/users';
}
