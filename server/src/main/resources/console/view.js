import { createActivityLog } from './activity-log.js';
import { createAvatar } from './avatar.js';
import { createChannelCard } from './channel-card.js';
import { element, renderList, setAttribute, setText } from './dom.js';
import { createDock } from './dock.js';
import { tickClocks } from './elapsed.js';
import { createIdentityForms } from './identity-forms.js';

/** How long a message stays, in milliseconds; long enough to be read twice. */
const NOTICE_MS = 8_000;

const CONNECTION_WORDS = {
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Reconnecting',
  'signed-out': 'Signed out',
};

/**
 * The page. It shows the state that it is given and turns what people do into calls of `actions`.
 *
 * @param {object} actions
 */
export function createView(actions) {
  const find = (testId) => document.querySelector(`[data-testid="${testId}"]`);
  const connection = find('connection-state');
  const channels = find('channels');
  const notice = find('notice');
  const offline = find('offline');
  const user = find('user');
  const dock = createDock(find('dock'), actions);
  const log = createActivityLog(find('activity'));
  const forms = createIdentityForms(actions);
  let shownUser;
  let noticeTimer;

  onSubmit(find('open-channel-form'), (form) => actions.openChannel(form.elements.channelId.value.trim()));
  setInterval(tickClocks, 1_000);

  function showUser(session) {
    const key = `${session.userId}\n${session.username}`;
    if (key === shownUser) {
      return;
    }
    shownUser = key;
    const name = session.username ?? '';
    find('user-avatar').replaceChildren(
      session.userId ? createAvatar({ id: session.userId, username: name }) : element('span', { class: 'avatar' }),
    );
    setText(find('user-name'), name);
    user.classList.toggle('user-absent', !session.userId);
  }

  return {
    /** Shows a state; see `controller.js` for what it holds. */
    render({ session, connection: state, cards, canList, isReady, home }) {
      setAttribute(connection, 'data-state', state);
      setText(connection, CONNECTION_WORDS[state]);
      offline.hidden = state !== 'reconnecting';
      showUser(session);
      forms.update({ isSignedOut: state === 'signed-out' });
      renderList(channels, cards, (card) => card.channel.id, (card) => createChannelCard(card.channel, actions));
      find('open-channel').hidden = canList || state === 'signed-out';
      find('no-channels').hidden = !isReady || !canList || cards.length > 0;
      find('loading').hidden = isReady || state === 'signed-out';
      dock.update(home);
    },

    /** Says something that a person should know now. */
    notify(text) {
      clearTimeout(noticeTimer);
      notice.textContent = text;
      notice.classList.add('notice-shown');
      noticeTimer = setTimeout(() => notice.classList.remove('notice-shown'), NOTICE_MS);
    },

    log: log.add,
    note: log.note,
    askForToken: forms.askForToken,
  };
}

function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    action(form);
    form.reset();
  });
}
