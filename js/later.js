/** Adds the later parts of the module to a running core: first those for conversations, then the view. */

import { quiet } from './page.js';

/**
 * Fetches both parts at the same time.
 *
 * @param {import('./instance.js').Instance} instance
 * @param {import('./build.js').Build} build Of its core.
 * @param {Element[]} elements Of its widgets. They get the code that sends files, if the site accepts files.
 * @param {boolean} alone The core has its first part only.
 * @param {() => boolean} isRunning Whether this core still runs.
 * @param {(error: unknown) => void} failed Called when a part cannot be fetched while the core runs.
 * @returns {Promise<void>} Settles when the core can hold a conversation, or has stopped.
 */
export function addLater(instance, build, elements, alone, isRunning, failed) {
  const { options, call } = instance;
  const careful = async (/** @type {() => Promise<void>} */ work) => {
    try {
      await work();
    } catch (error) {
      if (isRunning()) failed(error);
    }
  };
  const talks = careful(async () => {
    const modules = await build.conversation();
    if (!alone || !isRunning()) return;
    modules.forEach(build.script.core.attach);
    call('talk');
  });
  void careful(async () => {
    if (options.root === 'none') return;
    const view = build.view();
    quiet(view);
    await talks;
    const { module, css, english } = await view;
    if (!isRunning()) return;
    build.script.core.attach(module);
    call('dress', { css, english });
    try {
      if (JSON.parse(instance.config).files) (await build.files.uploads?.())?.serve(elements, options);
    } catch {
      // The widget then has no button for files.
    }
  });
  return talks;
}
