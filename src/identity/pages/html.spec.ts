import { html } from './html.js';

describe('html', () => {
  it('escapes what could end a text or an attribute', () => {
    const name = `<script>alert("1")</script>' & co`;
    expect(html`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; &amp; co">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; &amp; co</p>',
    );
  });

  it('takes over HTML that it made, lists of it, and nothing for undefined', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(
      html`<ul>
          ${items}
        </ul>
        ${undefined}${html`<hr />`}`.text,
    ).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>');
  });
});
