import { htmlText, readHtml } from './html-reader.js';

const text = (html: string) => htmlText(html).content;

describe('The text of a page', () => {
  it('has headings, paragraphs, lists and code as Markdown has them', () => {
    expect(
      text(`<title>Rules</title><h1>Travel <em>rules</em></h1><p>Trains,
        within the<br>country.</p><ul><li>One<ul><li>Inner</ul><li>Two</ul><ol start="3"><li>Three<li>Four</ol>
        <pre>
if (x)
    go();</pre><h3>End</h3>Loose text`),
    ).toBe(
      [
        '# Travel rules',
        'Trains, within the\ncountry.',
        '- One\n  - Inner\n- Two',
        '3. Three\n4. Four',
        '```\nif (x)\n    go();\n```',
        '### End',
        'Loose text',
      ].join('\n\n'),
    );
  });

  it('has a line for each row of a table, and the text alone of a table that lays out the page', () => {
    expect(text('<table><tr><th>Tier<th>Calls<tr><td>free<td>60<tr><td>paid<td><p>1,000</p></table>')).toBe(
      '| Tier | Calls |\n| --- | --- |\n| free | 60 |\n| paid | 1,000 |',
    );
    expect(text('<table><tr><td>Menu<td><h1>Title</h1><p>Text</p></table>')).toBe('Menu\n\n# Title\n\nText');
  });

  it('has neither scripts, styles, navigation, forms nor what is hidden', () => {
    expect(
      text(`<head><style>p {}</style><script>alert("x")</script></head><nav>Home</nav><div role="navigation">More</div>
        <p>Shown <span hidden>secret</span><span style="display: none">none</span></p><button>Buy</button>
        <svg><title>Icon</title></svg><footer>Imprint</footer>`),
    ).toBe('Shown');
  });

  it('is that of the main part, where the page names one', () => {
    expect(text('<header>Site</header><main><h2>News</h2><p>Text</p></main><p>Ads</p>')).toBe(
      '## News\n\nText',
    );
  });

  it('has no line that only looks like a heading or like code', () => {
    expect(text('<p># of items</p><p>```</p><p>Total<br>-----</p>')).toBe(
      '\\# of items\n\n\\```\n\nTotal\n\\-----',
    );
  });

  it('is read however deep and however broken the page is', () => {
    const deep = 50_000;
    expect(text('<div>'.repeat(deep) + 'x' + '</p></b>'.repeat(10))).toContain('x');
    expect(text('<ul><li>'.repeat(deep) + 'x').trim()).toBe('- x');
    expect(text('<table><tr><td>'.repeat(1000) + 'x')).toBe('x');
    expect(text('</table></td><td>a<td>b</tr><li>c')).toBe('a\n\nb\n\nc');
  });

  it('is decoded as its byte order mark or the page says, and else as UTF-8 or Windows-1252', () => {
    const decoded = (bytes: Buffer) => readHtml(bytes).content;
    expect(decoded(Buffer.from('<p>Grüße'))).toBe('Grüße');
    expect(decoded(Buffer.from('<p>Grüße €', 'latin1'))).toContain('Grüße');
    expect(decoded(Buffer.from('<meta charset="iso-8859-2"><p>\xb1', 'latin1'))).toBe('ą');
    expect(decoded(Buffer.from('\ufeff<p>Grüße', 'utf16le'))).toBe('Grüße');
    expect(decoded(Buffer.from('<meta charset="utf-16"><p>Grüße'))).toBe('Grüße');
    expect(decoded(Buffer.from('<meta charset="no-such-thing"><p>Grüße'))).toBe('Grüße');
  });
});
