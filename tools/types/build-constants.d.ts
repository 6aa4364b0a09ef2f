/** Where the widget's shell stands, as a path on the server; the build puts it into the loader. */
declare const __SHELL_URL__: string;
