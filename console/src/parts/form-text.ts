/** Returns what somebody typed into a control of a form. */
export const textIn = (form: FormData, name: string): string =>
  ((form.get(name) as string | null) ?? '').trim();
