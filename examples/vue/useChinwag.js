import { createChinwag } from 'chinwag';
import { onMounted, onUnmounted, ref, shallowRef } from 'vue';

/**
 * Shows the widget as long as the component is mounted. It draws itself at the end of the page's body. On a server nothing happens:
 * components are mounted in the browser only.
 */
export function useChinwag({ server, site, locale, onEvent }) {
  // Shallow, because Vue would otherwise wrap the object in a proxy, and no member of it changes.
  const chat = shallowRef(null);
  const unread = ref(0);
  const gone = new AbortController();

  onMounted(async () => {
    try {
      const made = await createChinwag({ server, site, locale, signal: gone.signal });
      made.on('unread', (event) => (unread.value = event.count));
      if (onEvent) made.on('*', onEvent);
      chat.value = made;
    } catch (error) {
      // Unmounting before the widget is ready is no error; for other errors the reason is on the console.
      if (error.code !== 'aborted') onEvent?.({ name: 'failed', code: error.code });
    }
  });
  // Also while the widget is still loading.
  onUnmounted(() => gone.abort());

  return { chat, unread };
}
