import { html } from './html.js';

describe('html', () => {
  it('escapes what could end a text or an attribute', () => {
    const name = `<script>alert("1")</script>' & co`;
    const made = html`<p title="${name}">${name}</p>`;
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; &amp; co';
    expect(made.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes over HTML that it made, lists of it, and nothing for undefined', () => {
    const items = ['a', '<b>'].map((text) => html`<i>${text}</i>`);
    expect(html`<p>${items}${undefined}</p>`.text).toBe('<p><i>a</i><i>&lt;b&gt;</i></p>');
  });
});
