/** Filled in by the build (web/build.mjs). */
declare const __VERSION__: string;
/** File names of what is loaded later. */
declare const __LAUNCH__: string;
declare const __LEASE__: string;
