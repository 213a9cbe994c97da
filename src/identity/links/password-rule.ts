/** The number of characters of a password. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/** Says what is wrong with a new password; `undefined` where nothing is. */
export function passwordFault(password: string): string | undefined {
  if (password.length < PASSWORD_LENGTH.min)
    return `A password has at least ${PASSWORD_LENGTH.min} characters.`;
  if (password.length > PASSWORD_LENGTH.max)
    return `A password has at most ${PASSWORD_LENGTH.max} characters.`;
  return undefined;
}
