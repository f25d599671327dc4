// Who uses the page: signing in and out, registering, and keeping the session alive.
import { ask, element, route } from './api.js';

const dialog = element('login');
let account = null, needsSetup = false, changed = () => {};
// Whether there may be a session to refresh: the cookie itself cannot be seen from here.
/** Refreshed well before the token's fifteen minutes are over. */
const refreshAfter = 10 * 60 * 1000;

/** Who may change an image: its owner, and admins. */
export const mayChange = image => account !== null && (account.handle === image.owner || account.role === 'admin');

export const mayAdd = () => account !== null;

/** Finds out who uses the page; `whenChanged` is called now, and whenever somebody else does. */
export async function begin(whenChanged) {
  changed = whenChanged;
  await look(true);
}

async function look(mayRefresh) {
  let current = await ask(route('/v1/sessions/current'));
  if (!current.account && mayRefresh && localStorage.getItem('session')) {
    const refreshed = await ask(route('/v1/sessions/refresh'), { method: 'POST' }).catch(() => null);
    if (refreshed) current = await ask(route('/v1/sessions/current'));
    else localStorage.removeItem('session');
  }
  account = current.account;
  needsSetup = current.needs_setup;
  const isSession = current.proof === 'session';
  element('handle').textContent = isSession ? account.handle : '';
  element('sign-out').hidden = !isSession;
  element('sign-in').hidden = isSession;
  element('adding').hidden = !mayAdd();
  const asksForSetup = needsSetup && !account;
  element('login-setup').hidden = !asksForSetup;
  element('login-code').textContent = asksForSetup ? 'Setup code' : 'Invitation (to register)';
  element('register').hidden = current.registration === 'closed' && !needsSetup;
  element('login-invitation-line').hidden = needsSetup ? !asksForSetup : current.registration !== 'invite';
  changed();
}

async function enter(registers) {
  const handle = element('login-handle').value.trim(), password = element('login-password').value;
  element('login-failure').textContent = '';
  try {
    if (registers) {
      const code = element('login-invitation').value.trim() || undefined;
      await send(route('/v1/accounts'), { handle, password, [needsSetup ? 'setup_code' : 'invitation']: code });
    }
    await send(route('/v1/sessions'), { handle, password });
    localStorage.setItem('session', 'there');
    element('login-password').value = '';
    dialog.close();
    await look(false);
  } catch (failure) {
    element('login-failure').textContent = failure.message;
  }
}

const send = (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) });

element('sign-in').addEventListener('click', () => dialog.showModal());
element('login-cancel').addEventListener('click', () => dialog.close());
dialog.querySelector('form').addEventListener('submit', event => { event.preventDefault(); enter(false); });
element('register').addEventListener('click', () => { if (dialog.querySelector('form').reportValidity()) enter(true); });
element('sign-out').addEventListener('click', async () => {
  await ask(route('/v1/sessions/current'), { method: 'DELETE' }).catch(() => null);
  localStorage.removeItem('session');
  await look(false);
});
setInterval(() => { if (!element('sign-out').hidden) ask(route('/v1/sessions/refresh'), { method: 'POST' }).catch(() => look(false)); }, refreshAfter);
