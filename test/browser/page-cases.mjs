import { codeOf } from '../../dist/identity/second-factor/totp-steps.js';
import { Person } from './person.mjs';

const PASSWORD = 'correct horse battery staple';
const EMAIL = 'grace@example.com';
const SIGN_IN = '/auth/pages/sign-in';
const ACCOUNT = '/auth/pages/account';
const SECURITY = '/auth/pages/security';

/** What a person does by the pages, one thing after the other, under the policy that the pages have. */
export function pageCases({ browser, page, mails, device, log }) {
  const person = new Person(browser, page);
  let secret = '';
  let key = '';
  let recoveryCode = '';

  const signIn = async () => {
    await person.visit(SIGN_IN);
    await person.submit('Sign in', { email: EMAIL, password: PASSWORD });
  };
  const signOut = async () => {
    await person.visit(ACCOUNT);
    await person.submit('Sign out');
    await person.expectPage('Sign in');
  };

  async function pathInMail() {
    const isIt = (mail) => mail.includes(`To: ${EMAIL}`) && mail.includes('verify-email');
    for (let looks = 0; looks < 1_800 && !mails.some(isIt); looks++)
      await new Promise((wake) => setTimeout(wake, 50));
    const text = mails.find(isIt).replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const { pathname, search } = new URL(/http:\S+/.exec(text)[0]);
    return pathname + search;
  }

  /** A code of a step beside that of now, which the service takes too, so that no case waits for the next one. */
  const code = (steps) => codeOf(secret, Math.floor(Date.now() / 30_000) + steps);

  return {
    'Pages: a person signs up, confirms the address by the mail, and signs in': async () => {
      await browser.send('Page.setBypassCSP', { enabled: false });
      await person.visit(SIGN_IN);
      await person.follow('Create an account');
      await person.submit('Create the account', { name: 'Grace', email: EMAIL, password: PASSWORD });
      await person.expectPage('Look into your mails');
      await person.visit(await pathInMail());
      await person.expectPage('Address confirmed');
      await person.follow('Sign in');
      await person.submit('Sign in', { email: EMAIL, password: PASSWORD });
      await person.expectSignedInBy('password');
    },
    'Pages: the person adds an authenticator app': async () => {
      await person.follow('Second factor and passkeys');
      await person.submit('Add an authenticator app', { password: PASSWORD });
      const shown = await browser.run(() => ({
        key: document.querySelector('#secret').textContent,
        code: document.querySelector('.codes code').textContent,
        width: document.querySelector('svg.qr').getBoundingClientRect().width,
      }));
      if (shown.width < 200) throw new Error(`The QR code is ${shown.width} wide`);
      key = shown.key.replaceAll(' ', '');
      secret = fromBase32(key);
      recoveryCode = shown.code;
      await person.submit('Confirm', { code: code(-1) });
      await person.expectText('Your authenticator app is added.');
    },
    'Pages: the person signs in by the password and a code of the app': async () => {
      await signOut();
      await signIn();
      await person.submit('Confirm', { code: code(0) });
      await person.expectSignedInBy('password totp');
    },
    'Pages: the person signs in by a recovery code, which works once': async () => {
      await signOut();
      await signIn();
      await person.follow('Use a recovery code');
      await person.submit('Confirm', { code: recoveryCode });
      await person.expectSignedInBy('password recovery_code');
      await signOut();
      await signIn();
      await person.follow('Use a recovery code');
      await person.submit('Confirm', { code: recoveryCode });
      await person.expectText('The recovery code is wrong, or was used already.');
      await person.follow('Start again');
      await person.submit('Sign in', { email: EMAIL, password: PASSWORD });
      await person.submit('Confirm', { code: code(1) });
      await person.expectSignedInBy('password totp');
    },
    'Pages: the person adds a passkey, and signs in by it alone': async () => {
      // The devices of the cases before this one have passkeys of somebody else.
      await browser.send('WebAuthn.disable');
      await browser.send('WebAuthn.enable');
      await device(true);
      await person.visit(SECURITY);
      await person.submit('Add a passkey', { name: 'Laptop' });
      await person.expectText('The passkey is added.');
      await person.expectText('Laptop, added');
      await signOut();
      await person.submit('Sign in with a passkey');
      await person.expectSignedInBy('passkey');
    },
    'Pages: a device that has a passkey of the person adds no other one': async () => {
      await person.visit(SECURITY);
      await person.press('Add a passkey');
      await person.expectAlert('This device has a passkey of yours already.');
    },
    'Pages: a passkey that the person removed signs nobody in': async () => {
      await person.submit('Remove Laptop');
      await person.expectText('The passkey is removed.');
      await signOut();
      await person.press('Sign in with a passkey');
      await person.expectAlert('No account here has this passkey.');
      await person.expectPage('Sign in');
    },
    'Pages: a browser without passkeys shows no control of them': async () => {
      if (!(await person.isShown('[data-passkey]'))) throw new Error('The control is not shown');
      const source = 'delete window.PublicKeyCredential';
      const { identifier } = await browser.send('Page.addScriptToEvaluateOnNewDocument', { source });
      await person.visit(SIGN_IN);
      if (await person.isShown('[data-passkey]')) throw new Error('The control is shown');
      await browser.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    },
    'Pages: all but passkeys works without script': async () => {
      await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
      await signIn();
      await person.expectPage('Confirm that it is you');
      await person.follow('Start again');
      if (await person.isShown('[data-passkey]')) throw new Error('The control is shown');
      await browser.send('Emulation.setScriptExecutionDisabled', { value: false });
    },
    'Pages: the service has printed no password, no key of an app and no recovery code': async () => {
      for (const hidden of [PASSWORD, key, recoveryCode])
        if (log().includes(hidden)) throw new Error('It has printed one');
    },
    'Pages: their policy refused nothing so far, and refuses a script that is no file of the service':
      async () => {
        if (browser.violations.length > 0) throw new Error(browser.violations.join('; '));
        await person.visit(SIGN_IN);
        const ran = await browser.run(() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.head.append(script);
          return window.ran === true;
        });
        if (ran) throw new Error('The script ran');
      },
  };
}

function fromBase32(text) {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))).toString();
}
