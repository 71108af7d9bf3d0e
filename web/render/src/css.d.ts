// A style sheet as text, minified when built: Vite reads it by itself, esbuild through ../inline-css.mjs.
declare module '*.css?inline' {
  const text: string;
  export default text;
}
