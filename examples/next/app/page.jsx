import { Ask } from './Ask.jsx';

// Rendered on the server; only the button needs the browser.
export default function Page() {
  return (
    <main>
      <h1>Chinwag in Next</h1>
      <p>
        <Ask server={process.env.CHAT_SERVER ?? 'http://127.0.0.1:8080/'} site="demo" />
      </p>
    </main>
  );
}
