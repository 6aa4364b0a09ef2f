/** Where the widget's shell stands, relative to the snippet's own address; the build puts it into the loader. */
declare const __SHELL_URL__: string;
