import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Chat } from './Chat.jsx';

const SERVER = import.meta.env.VITE_CHAT_SERVER ?? 'http://127.0.0.1:8080/';

function App() {
  const [here, setHere] = useState(true);
  return (
    <main>
      <h1>Chinwag in React</h1>
      <p>
        <label>
          <input type="checkbox" checked={here} onChange={(event) => setHere(event.target.checked)} /> The chat is on this page
        </label>
      </p>
      {here && (
        <Chat server={SERVER} site="demo" onEvent={(event) => console.log(event.name)}>
          {({ ready, unread, open }) => (
            <button type="button" disabled={!ready} onClick={open}>
              Ask us{unread > 0 && ` (${unread})`}
            </button>
          )}
        </Chat>
      )}
    </main>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
