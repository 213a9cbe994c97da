/** Returns a colour of the tokens as a canvas knows it, which has no `light-dark()`: the browser is asked what an element has. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
