/** The widget's build gives a style sheet as minified text; the console's collects it into one file and gives ''. */
declare module '*.css' {
  const text: string;
  export default text;
}
