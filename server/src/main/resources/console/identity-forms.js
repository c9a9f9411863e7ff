import { setText } from './dom.js';

/**
 * Where a person says who they are: a dialog with a name in demo mode, a field for a token elsewhere.
 *
 * @param {{rename: (name: string) => void, useToken: (token: string) => string | undefined,
 *     changeToken: () => void, canRename: () => boolean, username: () => string}} actions
 */
export function createIdentityForms(actions) {
  const find = (testId) => document.querySelector(`[data-testid="${testId}"]`);
  const dialog = find('name-dialog');
  const nameForm = find('name-form');
  const signIn = find('sign-in');
  const tokenForm = find('token-form');
  const tokenError = find('token-error');

  /** `required` lets spaces pass; with this the browser says what is wrong with them. */
  function checkName() {
    const field = nameForm.elements.username;
    field.setCustomValidity(field.value.trim() ? '' : 'Give a name, not only spaces.');
  }

  find('change-user').addEventListener('click', () => {
    if (actions.canRename()) {
      nameForm.elements.username.value = actions.username();
      checkName();
      dialog.showModal();
      nameForm.elements.username.select();
    } else {
      actions.changeToken();
    }
  });
  find('name-cancel').addEventListener('click', () => dialog.close());
  nameForm.elements.username.addEventListener('input', checkName);
  nameForm.addEventListener('submit', (event) => {
    event.preventDefault();
    dialog.close();
    const name = nameForm.elements.username.value.trim();
    if (name !== actions.username()) {
      actions.rename(name);
    }
  });
  tokenForm.addEventListener('submit', (event) => {
    event.preventDefault();
    const problem = actions.useToken(tokenForm.elements.token.value.trim());
    setText(tokenError, problem ?? '');
    if (!problem) {
      tokenForm.reset();
    }
  });

  return {
    update({ isSignedOut }) {
      signIn.hidden = !isSignedOut;
    },

    /** @param {string} why shown above the field; empty at the first time */
    askForToken(why) {
      setText(tokenError, why);
      signIn.hidden = false;
      tokenForm.elements.token.focus();
    },
  };
}
