/** The pages that links in mails lead to. */
export const PAGES = {
  resetPassword: '/auth/pages/reset-password',
} as const;
