// The package finds its wasm by `new URL(..., import.meta.url)`: Vite's development server is not to bundle it beforehand.
export default { optimizeDeps: { exclude: ['chinwag'] }, build: { target: 'es2022' }, oxc: { jsx: { runtime: 'automatic' } } };
