const LOOKS = 1_800;
const pause = () => new Promise((wake) => setTimeout(wake, 50));

/** Reads and uses the pages of a service as a person does: by what they show. */
export class Person {
  #browser;
  #page;

  constructor(browser, page) {
    this.#browser = browser;
    this.#page = page;
  }

  visit(path) {
    return this.#browser.visit(this.#page + path);
  }

  text() {
    return this.#browser.text();
  }

  /** @throws Error where another page is shown */
  async expectPage(title) {
    const found = await this.#browser.run(() => document.querySelector('h1').textContent);
    if (found !== title) throw new Error(`${found} in place of ${title}: ${await this.text()}`);
  }

  async expectText(wanted) {
    const text = await this.text();
    if (!text.includes(wanted)) throw new Error(`The page does not say ${wanted}: ${text}`);
  }

  /** Fills the form that has this button, and presses it. */
  press(button, values = {}) {
    return this.#browser.run(
      (button, values) => {
        const buttons = [...document.querySelectorAll('button')];
        const found = buttons.find((one) => one.textContent.trim() === button && one.checkVisibility());
        if (!found) throw new Error(`There is no button ${button}`);
        for (const [name, value] of Object.entries(values)) found.form.elements[name].value = value;
        found.click();
      },
      button,
      values,
    );
  }

  /** Presses a button that leads to another page. */
  submit(button, values) {
    return this.#browser.loading(() => this.press(button, values));
  }

  follow(link) {
    return this.#browser.loading(() =>
      this.#browser.run((link) => {
        const found = [...document.querySelectorAll('a')].find((one) => one.textContent.trim() === link);
        if (!found) throw new Error(`There is no link ${link}`);
        found.click();
      }, link),
    );
  }

  isShown(selector) {
    return this.#browser.run(
      (selector) => Boolean(document.querySelector(selector)?.checkVisibility()),
      selector,
    );
  }

  /** Waits for the page to say why something did not work. */
  async expectAlert(wanted) {
    for (let looks = 0; looks < LOOKS && !(await this.isShown('form [role=alert]')); looks++) await pause();
    await this.expectText(wanted);
  }

  /** @throws Error where the person is not signed in, or by something else */
  async expectSignedInBy(wanted) {
    await this.expectPage('You are signed in');
    // The policy of the page lets no script of it ask.
    const { cookies } = await this.#browser.send('Network.getCookies', { urls: [this.#page] });
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${this.#page}/api/sessions`, { headers: { cookie } });
    const { sessions } = await answer.json();
    const methods = sessions.find(({ current }) => current).signedInBy.join(' ');
    if (methods !== wanted) throw new Error(`Signed in by ${methods}`);
  }
}
