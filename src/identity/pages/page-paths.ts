/** The pages of the service, which links in mails lead to as well. None is a path of the library. */
export const PAGES = {
  signIn: '/auth/pages/sign-in',
  /** Leads on to the provider that the query names. */
  provider: '/auth/pages/provider',
  /** Asks for an address, and leads on to the provider of its company. */
  company: '/auth/pages/company',
  secondStep: '/auth/pages/second-step',
  forgotPassword: '/auth/pages/forgot-password',
  resetPassword: '/auth/pages/reset-password',
  verified: '/auth/pages/verified',
  invitation: '/auth/pages/invitation',
  /** Where a one-time link of the first start, or of `bouncer users link`, leads to. */
  oneTimeLink: '/auth/pages/link',
  account: '/auth/pages/account',
  endSession: '/auth/pages/account/end-session',
  signOut: '/auth/pages/sign-out',
  error: '/auth/pages/error',
} as const;
