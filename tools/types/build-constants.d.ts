/** Where the widget's shell stands, as a path on the server; the build puts it into the loader. */
declare const __SHELL_URL__: string;
/** Where stands what shows a page to the settings of its owner, as a path on the server; the build puts it into the loader. */
declare const __PREVIEW_URL__: string;
/** Where the recorder of shared pages stands, as a path on the server; the build puts it into the widget's chunk. */
declare const __RECORDER_URL__: string;
