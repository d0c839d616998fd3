package normsweep.report.notebook;

/**
 * A cell of the notebook.
 *
 * @param id its name, unique in the notebook
 * @param code whether it is Java, Markdown otherwise
 * @param source its text
 */
record NotebookCell(String id, boolean code, String source) {
  static NotebookCell markdown(String id, String source) {
    return new NotebookCell(id, false, source.strip());
  }

  static NotebookCell code(String id, String source) {
    return new NotebookCell(id, true, source.strip());
  }
}
