import { setAttribute, setIcon, setText } from './dom.js';
import { elapsedSince } from './elapsed.js';

/** The four switches: which flag each sets, and its icon when the flag is on and when it is off. */
const TOGGLES = [
  { testId: 'toggle-mute', flag: 'isMuted', on: 'mic-off', off: 'mic' },
  { testId: 'toggle-deafen', flag: 'isDeafened', on: 'headphones-off', off: 'headphones' },
  { testId: 'toggle-camera', flag: 'isVideoEnabled', on: 'camera', off: 'camera-off' },
  { testId: 'toggle-screen', flag: 'isScreenSharing', on: 'screen', off: 'screen' },
];

/**
 * The bar at the bottom: the channel that one is in, and one's own switches. It is always there, so
 * that joining moves nothing.
 *
 * @param {Element} root
 * @param {{setFlag: (flag: string, on: boolean) => void, leaveHome: () => void}} actions
 */
export function createDock(root, actions) {
  const place = root.querySelector('[data-testid="dock-place"]');
  const detail = root.querySelector('[data-testid="dock-detail"]');
  const leave = root.querySelector('[data-testid="dock-leave"]');
  const toggles = TOGGLES.map((toggle) => {
    const button = root.querySelector(`[data-testid="${toggle.testId}"]`);
    onPress(button, () => actions.setFlag(toggle.flag, button.getAttribute('aria-pressed') !== 'true'));
    return { ...toggle, button, svg: button.querySelector('svg') };
  });
  onPress(leave, actions.leaveHome);

  return {
    /** @param {{me?: object, label?: string, canAct: boolean}} state */
    update({ me, label, canAct }) {
      root.classList.toggle('dock-idle', !me);
      setText(place, me ? label : 'Not in a channel');
      renderDetail(detail, me);
      for (const { button, flag, svg, on, off } of toggles) {
        const isOn = me?.[flag] ?? false;
        setAttribute(button, 'aria-pressed', String(isOn));
        setAttribute(button, 'aria-disabled', String(!me || !canAct));
        setIcon(svg, isOn ? on : off);
      }
      setAttribute(leave, 'aria-disabled', String(!me || !canAct));
    },
  };
}

function renderDetail(detail, me) {
  const restriction = describeRestriction(me);
  if (!me || restriction) {
    detail.removeAttribute('data-since');
    setText(detail, restriction ?? 'Join one to use the switches');
  } else {
    setAttribute(detail, 'data-since', me.joinedAt);
    setText(detail, elapsedSince(me.joinedAt));
  }
}

function describeRestriction(me) {
  const what = [me?.isServerMuted && 'muted', me?.isServerDeafened && 'deafened'].filter(Boolean);
  return what.length > 0 ? `A moderator ${what.join(' and ')} you` : undefined;
}

/** Buttons that cannot act stay focusable: a keyboard user must not lose the place. */
function onPress(button, action) {
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') {
      action();
    }
  });
}
