/** A link of the company's own, whose address the service has checked at its start. */
export interface CompanyLink {
  title: string;
  address: string;
}

/** Reads the links that the service has written into the page. */
export function companyLinks(): readonly CompanyLink[] {
  const content = document.querySelector<HTMLMetaElement>('meta[name=links]')?.content;
  return content === undefined ? [] : (JSON.parse(content) as CompanyLink[]);
}
