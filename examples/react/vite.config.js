// The package finds its wasm by `new URL(..., import.meta.url)`: Vite's development server must not bundle it beforehand.
export default { optimizeDeps: { exclude: ['chinwag'] }, build: { target: 'es2022' }, oxc: { jsx: { runtime: 'automatic' } } };
