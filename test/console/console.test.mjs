// The console as two people see it, in a real browser against a server in demo mode:
//   CHROMIUM="$(scripts/install-browser)" node --test test/console/
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { chromium } from 'playwright-core';

import { startServer } from '../support/server.mjs';

const BROWSER = process.env.CHROMIUM;

const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const TOGGLES = [
  { toggle: 'toggle-mute', badge: 'badge-muted' },
  { toggle: 'toggle-deafen', badge: 'badge-deafened' },
  { toggle: 'toggle-camera', badge: 'badge-camera' },
  { toggle: 'toggle-screen', badge: 'badge-screen' },
];

/** The server under test. */
let server;

/** One person's window, with words for what that person does and sees. */
class Window {
  constructor(page, problems) {
    this.page = page;
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        problems.push(message.text());
      }
    });
  }

  async open(url = server.url) {
    await this.page.goto(url);
    await this.connected();
  }

  connected() {
    return this.page.locator('[data-testid="connection-state"][data-state="connected"]').waitFor();
  }

  async rename(name) {
    await this.page.getByTestId('change-user').click();
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByTestId('name-save').click();
    await this.page.getByTestId('user-name').getByText(name, { exact: true }).waitFor();
    await this.connected();
  }

  card(channelId) {
    return this.page.locator(`[data-testid="channel-card"][data-channel-id="${channelId}"]`);
  }

  async turnOn(toggle) {
    await this.page.locator(`[data-testid="${toggle}"][aria-disabled="false"]`).click();
    await this.isOn(toggle);
  }

  isOn(toggle) {
    return this.page.locator(`[data-testid="${toggle}"][aria-pressed="true"]`).waitFor();
  }

  session() {
    return this.page.evaluate(() => JSON.parse(sessionStorage['voice-presence.session']));
  }

  noted(text) {
    return this.page.getByTestId('log-note').getByText(text).first().waitFor();
  }

  row(channelId, name) {
    const named = this.page.getByTestId('member-name').getByText(name, { exact: true });
    return this.card(channelId).getByTestId('member-row').filter({ has: named });
  }

  async join(channelId) {
    await this.card(channelId).locator('[data-testid="join"][aria-disabled="false"]').click();
    await this.card(channelId).getByTestId('you').waitFor();
  }

  /** Log entries of one kind about one person. */
  logged(kind, name) {
    const about = this.page.getByTestId('log-text').getByText(name);
    return this.page.locator(`[data-testid="log-entry"][data-kind="${kind}"]`).filter({ has: about });
  }

  async overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
}

describe('The console', { timeout: 120_000 }, () => {
  const problems = [];
  // Names of this run only, for the server may still remember the users of the last one.
  const run = Date.now().toString(36);
  const ada = `Ada ${run}`;
  const bob = `Bob ${run}`;
  let browser;
  let adas;
  let bobs;
  let channelId;

  async function openWindow(options) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(15_000);
    const window = new Window(await context.newPage(), problems);
    await window.open();
    return window;
  }

  before(async () => {
    assert.ok(BROWSER, 'Set CHROMIUM to the path that scripts/install-browser prints');
    server = await startServer({ args: ['--demo'] });
    browser = await chromium.launch({ executablePath: BROWSER, args: BROWSER_ARGUMENTS });
    adas = await openWindow({ viewport: { width: 1280, height: 800 } });
    bobs = await openWindow({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const joinable = adas.page.getByTestId('channel-card').filter({
      has: adas.page.locator('[data-testid="join"][aria-disabled="false"]'),
    });
    channelId = await joinable.first().getAttribute('data-channel-id');
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('signs two windows in as two users, each with a name of its own choice', async () => {
    const userIn = async (window) => (await window.session()).userId;
    await adas.rename(ada);
    await bobs.rename(bob);
    assert.notEqual(await userIn(adas), await userIn(bobs));
  });

  test('shows in one window who joins in the other', async () => {
    await adas.join(channelId);
    await bobs.row(channelId, ada).waitFor();
    await bobs.logged('joined', ada).waitFor();
    await bobs.join(channelId);
    await adas.row(channelId, bob).waitFor();
    assert.equal(await adas.row(channelId, bob).getByTestId('you').count(), 0);
  });

  for (const { toggle, badge } of TOGGLES) {
    test(`shows in one window what ${toggle} does in the other, on and off`, async () => {
      const button = adas.page.getByTestId(toggle);
      const seen = bobs.row(channelId, ada).getByTestId(badge);
      await button.click();
      await seen.waitFor();
      await adas.page.locator(`[data-testid="${toggle}"][aria-pressed="true"]`).click();
      await seen.waitFor({ state: 'detached' });
      await adas.page.locator(`[data-testid="${toggle}"][aria-pressed="false"]`).waitFor();
    });
  }

  test('can be worked with the keyboard alone', async () => {
    await adas.page.getByTestId('toggle-mute').focus();
    await adas.page.keyboard.press('Enter');
    await adas.page.locator('[data-testid="toggle-mute"][aria-pressed="true"]').waitFor();
    await adas.page.keyboard.press('Tab');
    await adas.page.keyboard.press('Space');
    await adas.page.locator('[data-testid="toggle-deafen"][aria-pressed="true"]').waitFor();
    await bobs.row(channelId, ada).getByTestId('badge-deafened').waitFor();
  });

  test('survives a reload without anybody noticing', async () => {
    await adas.page.reload();
    await adas.card(channelId).getByTestId('you').waitFor();
    assert.equal(await adas.page.getByTestId('user-name').textContent(), ada);

    // A later event in the other window proves that nothing about the reload is still under way.
    await adas.page.locator('[data-testid="toggle-deafen"][aria-pressed="true"]').click();
    await bobs.row(channelId, ada).getByTestId('badge-deafened').waitFor({ state: 'detached' });
    await bobs.row(channelId, ada).getByTestId('badge-muted').waitFor();
    assert.equal(await bobs.logged('left', ada).count(), 0);
    assert.equal(await bobs.logged('joined', ada).count(), 1);
  });

  test('opens the raw event behind a line of the log', async () => {
    const entry = bobs.logged('joined', ada);
    await entry.getByText('Raw event').click();
    const raw = await entry.locator('pre').textContent();
    const event = JSON.parse(raw.slice(raw.indexOf('{')));
    assert.equal(event.channelId, channelId);
    assert.equal(event.user.username, ada);
    assert.equal(String(event.version), await entry.getAttribute('data-version'));
  });

  test('keeps one in the channel under a new name', async () => {
    const newName = `Ada the second ${run}`;
    await adas.rename(newName);
    await bobs.row(channelId, newName).waitFor();
    await bobs.row(channelId, ada).waitFor({ state: 'detached' });
    await adas.rename(ada);
    await bobs.row(channelId, ada).waitFor();
  });

  test('keeps the switches under a new name', async () => {
    const newName = `Ada the third ${run}`;
    await adas.turnOn('toggle-screen');
    await bobs.row(channelId, ada).getByTestId('badge-muted').waitFor();
    await adas.rename(newName);
    await adas.noted(`You are now ${newName}`);
    await adas.isOn('toggle-screen');
    await bobs.row(channelId, newName).getByTestId('badge-muted').waitFor();
    await bobs.row(channelId, newName).getByTestId('badge-screen').waitFor();
    await adas.rename(ada);
    await bobs.row(channelId, ada).getByTestId('badge-screen').waitFor();
  });

  test('says what is wrong with a name of spaces', async () => {
    await adas.page.getByTestId('change-user').click();
    const field = adas.page.getByLabel('Name', { exact: true });
    await field.fill('   ');
    await adas.page.getByTestId('name-save').click();
    assert.match(await field.evaluate((input) => input.validationMessage), /not only spaces/);
    await adas.page.getByTestId('name-cancel').click();
  });

  test('shows in one window who leaves in the other', async () => {
    await adas.page.locator('[data-testid="dock-leave"][aria-disabled="false"]').click();
    await bobs.row(channelId, ada).waitFor({ state: 'detached' });
    await bobs.page.locator('[data-testid="log-entry"][data-reason="left"]').first().waitFor();
    await bobs.card(channelId).getByTestId('leave').click();
    await adas.row(channelId, bob).waitFor({ state: 'detached' });
  });

  test('fits a desktop and a phone without scrolling sideways', async () => {
    assert.equal(await adas.overflow(), 0);
    assert.equal(await bobs.overflow(), 0);
  });

  test('leaves no error in the browser’s console', () => {
    assert.deepEqual(problems, []);
  });
});

describe('The console, when its server restarts', { timeout: 60_000 }, () => {
  let browser;
  let restarting;

  after(async () => {
    await browser?.close();
    await restarting?.stop();
  });

  test('says that the connection is lost, and returns to channel and switches', async () => {
    restarting = await startServer({ args: ['--demo'] });
    browser = await chromium.launch({ executablePath: BROWSER, args: BROWSER_ARGUMENTS });
    const window = new Window(await browser.newPage(), []); // the browser complains of refused connections
    await window.open(restarting.url);
    await window.join('lounge');
    await window.page.getByTestId('log-empty').waitFor({ state: 'hidden' });
    await window.turnOn('toggle-mute');
    await window.turnOn('toggle-screen');

    await restarting.stop();
    await window.page.getByTestId('offline').waitFor();
    await window.noted('Connection lost');
    // The new server has another secret and knows nobody.
    restarting = await startServer({ args: ['--demo'], env: { PORT: new URL(restarting.url).port } });
    await window.connected();
    await window.noted('Back again');
    const row = window.card('lounge').getByTestId('member-row');
    await row.getByTestId('badge-muted').waitFor();
    await row.getByTestId('badge-screen').waitFor();
    await window.page.getByTestId('offline').waitFor({ state: 'hidden' });
    const inLounge = await call('/voice-presence/lounge', await window.session());
    assert.deepEqual(inLounge.users.map(({ isMuted, isScreenSharing }) => [isMuted, isScreenSharing]), [[true, true]]);

    async function call(path, { token }) {
      const answer = await fetch(restarting.url + path, { headers: { Authorization: `Bearer ${token}` } });
      return answer.json();
    }
  });
});
