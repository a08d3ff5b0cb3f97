import vue from '@vitejs/plugin-vue';

// The package finds its wasm by `new URL(..., import.meta.url)`: Vite's development server must not bundle it beforehand.
export default { plugins: [vue()], optimizeDeps: { exclude: ['chinwag'] }, build: { target: 'es2022' } };
